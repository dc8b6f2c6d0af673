import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { javetProgram } from '../../js-bindings/lib/javet/javetProgram.js'
import { rounds } from '../fixture/rounds.js'
import { startApp } from './startApp.js'

const MODEL = fileURLToPath(
  new URL('../../test-java/src/test/resources/conformance/models/tiny.gguf', import.meta.url),
)
const ROUNDS = rounds(400, 1000)

/** A round takes more than 100 KB: if each left its own, or each tenth in a thorough run, this would be exceeded. */
const MOST_BYTES = 30 << 20

describe('An app in Javet', function () {
  this.timeout(300_000)
  before(() => javetProgram())

  it('holds no more after many rounds of models, texts, stored models and guests', async () => {
    const { stdout, stderr } = await startApp('javet', ['--expose-gc', 'cycles.mjs', MODEL, String(ROUNDS)])
      .end
    assert.equal(stderr, '')
    const { before, after } = JSON.parse(stdout)
    assert.equal(after.descriptors, before.descriptors, stdout)
    assert.ok(after.threads <= before.threads, stdout)
    assert.ok(after.resident - before.resident < MOST_BYTES, stdout)
  })
})
