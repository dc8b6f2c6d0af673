import { deepEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTinyModel } from '../fixture/withTinyModel.js'

const LOAD = `
  import { loadModel } from 'realm-ai'
  const model = await loadModel(process.argv[1])
  console.log(model.name)`

describe('The path of a model', () => {
  const file = withTinyModel()

  for (const locale of ['C', 'C.UTF-8']) {
    it(`may hold any characters in the locale ${locale}`, () => {
      const path = join(file.folder, `mod\u00e8le \u6a21\u578b \u{1f600} ${locale}.gguf`)
      copyFileSync(file.path, path)
      const args = ['--input-type=module', '--eval', LOAD, path]
      const env = { ...process.env, LC_ALL: locale }
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
      deepEqual([status, stdout, stderr], [0, `mod\u00e8le \u6a21\u578b \u{1f600} ${locale}\n`, ''])
    })
  }
})
