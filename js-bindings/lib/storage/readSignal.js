import { abortSignal } from '../arguments/abortSignal.js'
import { readOptions } from '../arguments/readOptions.js'
import { AbortError } from '../errors/AbortError.js'

/** @import { CallOptions } from './CallOptions.js' */

/**
 * Reads the options of a call.
 *
 * @param {CallOptions} options
 * @param {string} name the call's
 * @returns {AbortSignal | undefined}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 * @throws {AbortError} if the signal is aborted already
 */
export function readSignal(options, name) {
  const { signal } = readOptions(options, { signal: abortSignal }, { what: `the options of ${name}` })
  if (signal?.aborted) throw new AbortError(signal.reason)
  return signal
}
