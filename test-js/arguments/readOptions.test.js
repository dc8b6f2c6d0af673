import assert from 'node:assert/strict'
import { booleanValue, integerIn } from '../../js-bindings/lib/arguments/checks.js'
import { readOptions } from '../../js-bindings/lib/arguments/readOptions.js'
import { refusal } from '../fixture/refusal.js'

const checks = { maxTokens: integerIn({ from: 1, to: 9 }), raw: booleanValue }
const read = (options) => readOptions(options, checks, { what: 'the options of test' })

describe('readOptions', () => {
  it('gives the checked values, and leaves out what is undefined', () => {
    assert.deepEqual(read({ maxTokens: 3, raw: undefined }), { maxTokens: 3 })
    assert.deepEqual(read({}), {})
  })

  it('refuses a name that it does not know, and says which one was meant', () => {
    assert.throws(
      () => read({ max_tokens: 3 }),
      refusal('INVALID_ARGUMENT', 'the options of test', '"max_tokens"', 'Did you mean maxTokens?'),
    )
    assert.throws(() => read({ MAXTOKENS: 3 }), refusal('INVALID_ARGUMENT', 'Did you mean maxTokens?'))
    assert.throws(() => read({ elephant: 1 }), refusal('INVALID_ARGUMENT', 'maxTokens, raw', 'Leave it out.'))
  })

  it('refuses a name of Object.prototype like any other', () => {
    assert.throws(() => read({ toString: 1 }), refusal('INVALID_ARGUMENT', '"toString"'))
    assert.throws(() => read(JSON.parse('{"__proto__": 1}')), refusal('INVALID_ARGUMENT', '"__proto__"'))
  })

  it('refuses what is no object', () => {
    for (const [options, shown] of [
      [null, 'null'],
      ['fast', '"fast"'],
      [[1, 2], 'an array of 2'],
      [7, '7'],
      [() => 1, 'a function'],
    ]) {
      assert.throws(() => read(options), refusal('INVALID_ARGUMENT', `received ${shown}, expected an object`))
    }
  })

  it('takes null for an option that is left out, as clients of HTTP interfaces send it', () => {
    assert.deepEqual(read({ maxTokens: null }), {})
  })
})
