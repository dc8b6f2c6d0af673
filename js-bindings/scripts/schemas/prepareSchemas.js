import { createHash } from 'node:crypto'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testCache } from '../pythonEnvironment.js'
import { SetupError } from '../runProgram.js'
import { suiteCases, worldCases } from './cases.js'
import { fetchPackages } from './fetchPackages.js'

/**
 * Puts the schemas of the tests into a file of Realm's cache, from packages that are fetched once.
 *
 * @returns {NodeJS.ProcessEnv} what the tests want to know of them, or why there are none
 */
export function prepareSchemas() {
  try {
    return { REALM_TEST_SCHEMAS: writeCases() }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`there are no schemas: ${error.message}`)
    return { REALM_TEST_SCHEMAS_MISSING: error.message }
  }
}

/**
 * Writes all cases into a file that is named by what is in it.
 *
 * @returns {string} the file
 */
export function writeCases() {
  const { suite, store } = fetchPackages(console.log)
  const text = JSON.stringify([...suiteCases(suite), ...worldCases(store)])
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const file = join(testCache, `schemas-${hash}.json`)
  if (!existsSync(file)) {
    writeFileSync(`${file}.${process.pid}`, text)
    renameSync(`${file}.${process.pid}`, file)
  }
  return file
}
