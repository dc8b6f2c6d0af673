import { AbortError } from '../../errors/AbortError.js'
import { RealmError } from '../../errors/RealmError.js'
import { HttpError } from './HttpError.js'

/** @import { ErrorCode } from '../../errors/RealmError.js' */

/**
 * The status of the library's errors that tell a client something; others are the server's own business, and a status 500.
 *
 * @type {Partial<Record<ErrorCode, number>>}
 */
export const statusOfCode = {
  INVALID_ARGUMENT: 400,
  TOKEN_OUT_OF_RANGE: 400,
  CHAT_TEMPLATE_ERROR: 400,
  CONTEXT_OVERFLOW: 400,
  SCHEMA_UNSUPPORTED: 400,
  SCHEMA_UNSATISFIABLE: 400,
  GRAMMAR_INVALID: 400,
  UNSUPPORTED_OPERATION: 400,
  OVERLOADED: 503,
  OUT_OF_MEMORY: 503,
  DISPOSED: 503,
  DEADLINE_EXCEEDED: 504,
}

/** Codes for which clients know a name of OpenAI's. */
const KNOWN_AS = /** @type {Partial<Record<ErrorCode, string>>} */ ({
  CONTEXT_OVERFLOW: 'context_length_exceeded',
  DISPOSED: 'shutting_down',
})

/** Seconds after which a client may try again where the machine is busy. */
const LATER = '2'

/**
 * What a client is told of a failure. Nothing of the server's files or of its code is in it.
 *
 * @param {unknown} error
 * @returns {HttpError}
 */
export function httpErrorOf(error) {
  if (error instanceof HttpError) return error
  if (error instanceof AbortError) {
    return new HttpError('shutting_down', 'The work was stopped.', { cause: error })
  }
  const status = error instanceof RealmError ? statusOfCode[error.code] : undefined
  if (error instanceof RealmError && status !== undefined) {
    return new HttpError(KNOWN_AS[error.code] ?? error.code, error.message, {
      status,
      param: /^([a-z_]+(?:\[\d+\]|\.[a-z_]+)*): /.exec(error.message)?.[1],
      headers: status === 503 ? { 'retry-after': LATER } : undefined,
      cause: error,
    })
  }
  const code = error instanceof RealmError ? ` (${error.code})` : ''
  return new HttpError('internal', `The request failed${code}: the server's log has the reason.`, {
    cause: error,
  })
}
