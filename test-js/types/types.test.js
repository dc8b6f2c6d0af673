import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildTypes } from '../../js-bindings/scripts/buildTypes.js'

const project = fileURLToPath(new URL('../..', import.meta.url))

describe('The types of the package', () => {
  /** A project that has realm-ai among its dependencies. */
  let consumer

  before(async () => {
    await buildTypes({ log: () => undefined })
    consumer = mkdtempSync(join(tmpdir(), 'realm-types-'))
    cpSync(join(project, 'test-js/types/consumer'), consumer, { recursive: true })
    mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true })
    symlinkSync(project, join(consumer, 'node_modules/realm-ai'))
    symlinkSync(join(project, 'node_modules/@types/node'), join(consumer, 'node_modules/@types/node'))
  })

  after(() => rmSync(consumer, { recursive: true }))

  it('serve programs that import it and programs that require it, under tsc --strict', () => {
    const tsc = join(project, 'node_modules/.bin/tsc')
    const { status, stdout } = spawnSync(tsc, ['--project', consumer], { encoding: 'utf8' })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })
})
