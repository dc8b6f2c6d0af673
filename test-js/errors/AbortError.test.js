import assert from 'node:assert/strict'
import { AbortError } from '../../js-bindings/lib/errors/AbortError.js'
import { RealmError } from '../../js-bindings/lib/errors/RealmError.js'

describe('AbortError', () => {
  it('is a RealmError named as the platform names its own, with the reason and the part made so far', () => {
    const result = {
      text: 'half',
      tokens: [7],
      usage: { promptTokens: 1, completionTokens: 1 },
      finishReason: 'abort',
      timings: { loadMs: 1, firstTokenMs: 1, prefillTokensPerSecond: 1, decodeTokensPerSecond: 1 },
    }
    const error = new AbortError('the user left', result)
    assert.ok(error instanceof RealmError)
    assert.equal(error.name, 'AbortError')
    assert.equal(error.code, 'ABORTED')
    assert.equal(error.cause, 'the user left')
    assert.equal(error.result, result)
  })
})
