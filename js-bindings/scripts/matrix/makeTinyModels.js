import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { SetupError, startProgram } from '../runProgram.js'
import { nameOf } from './cases.js'
import { findPython, pythonSources, testCache } from './python.js'

/** @import { TinyModel } from './cases.js' */

/**
 * Makes the tiny models that are not in the cache yet, with their exact results.
 *
 * @param {readonly TinyModel[]} cases
 * @param {(line: string) => void} log is told of what takes time
 * @returns {Promise<string>} the folder that holds them: another one after each change of the Python programs
 * @throws {SetupError} if there is no Python, or it fails
 */
export async function makeTinyModels(cases, log) {
  const folder = join(testCache, `tiny-models-${hashOfSources()}`)
  const missing = cases.filter((tiny) => !existsSync(join(folder, `${nameOf(tiny)}.json`)))
  if (missing.length === 0) return folder
  const python = findPython(log)
  log(`making ${missing.length} tiny models with their exact results in ${folder}`)
  mkdirSync(folder, { recursive: true })
  const processes = Math.min(2, availableParallelism(), missing.length)
  const codes = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const list = join(folder, `making-${process.pid}-${index}.json.list`)
      writeFileSync(list, JSON.stringify(missing.filter((_, at) => at % processes === index)))
      return startProgram(python, ['-m', 'golden', list, folder], {
        env: { PYTHONPATH: pythonSources, PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: '1' },
        held: true,
      })
    }),
  )
  if (codes.some((code) => code !== 0)) {
    throw new SetupError('the tiny models could not be made: Python’s messages are above')
  }
  return folder
}

/** Of all that decides what is in the files. */
function hashOfSources() {
  const hash = createHash('sha256')
  const sources = join(pythonSources, 'golden')
  for (const file of readdirSync(sources).sort()) {
    if (/\.(py|txt)$/.test(file)) hash.update(`${file}\n`).update(readFileSync(join(sources, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * Writes the list that the Java tests read.
 *
 * @param {string} folder of the tiny models
 * @param {readonly TinyModel[]} cases
 * @param {(name: string) => number | undefined} peerOf the peer's distance from the exact result
 * @returns {NodeJS.ProcessEnv} what the tests want to know
 */
export function listForTests(folder, cases, peerOf) {
  const list = cases.map((tiny) => {
    const name = nameOf(tiny)
    const description = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
    return { ...description, name, peer: peerOf(name) }
  })
  const file = `cases-${process.pid}.list`
  writeFileSync(join(folder, file), JSON.stringify(list))
  return { REALM_TEST_MATRIX: folder, REALM_TEST_MATRIX_LIST: file }
}
