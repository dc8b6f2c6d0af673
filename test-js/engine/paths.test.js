import { deepEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTinyModel } from '../fixture/withTinyModel.js'

const LOAD = `
  import { loadModel } from 'realm-ai'
  const model = await loadModel(process.argv[1])
  console.log(model.name)`

const LOAD_IN_WORKER = `
  import { Worker } from 'node:worker_threads'
  new Worker(${JSON.stringify(LOAD.replace('argv[1]', 'env.MODEL'))}, { eval: true, env: { MODEL: process.argv[1] } })`

describe('The path of a model', () => {
  const file = withTinyModel()

  /** @type {[string, string, string][]} */
  const cases = [
    ['C', 'the locale C', LOAD],
    ['C.UTF-8', 'a locale with UTF-8', LOAD],
    ['en_NOWHERE.UTF-8', 'a locale with UTF-8 that is not installed', LOAD],
    ['C', 'the locale C, where a worker starts the engine', LOAD_IN_WORKER],
  ]
  for (const [locale, where, program] of cases) {
    it(`may hold any characters in ${where}`, () => {
      const path = join(file.folder, `mod\u00e8le \u6a21\u578b \u{1f600} ${locale}.gguf`)
      copyFileSync(file.path, path)
      const args = ['--input-type=module', '--eval', program, path]
      const env = { ...process.env, LC_ALL: locale }
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
      deepEqual([status, stdout, stderr], [0, `mod\u00e8le \u6a21\u578b \u{1f600} ${locale}\n`, ''])
    })
  }
})
