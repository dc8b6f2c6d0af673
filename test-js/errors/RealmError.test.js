import assert from 'node:assert/strict'
import { inspect } from 'node:util'
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
