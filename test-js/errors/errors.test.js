import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { AbortError } from '../../js-bindings/lib/errors/AbortError.js'
import { RealmError } from '../../js-bindings/lib/errors/RealmError.js'

describe('RealmError', () => {
  it('carries a code, a message and a cause', () => {
    const cause = new Error('below')
    const error = new RealmError('IO_ERROR', 'The file could not be read.', { cause })
    assert.ok(error instanceof Error)
    assert.equal(error.name, 'RealmError')
    assert.equal(error.code, 'IO_ERROR')
    assert.equal(error.message, 'The file could not be read.')
    assert.equal(error.cause, cause)
  })

  it('shows its name and its code where it is printed', () => {
    const printed = inspect(new RealmError('DISPOSED', 'The model was disposed.'))
    assert.match(printed, /^RealmError: The model was disposed\./)
    assert.match(printed, /code: 'DISPOSED'/)
  })
})

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
