import { tokenIds } from './arguments/tokenIds.js'
import { openForFloats } from './storage/openForFloats.js'
import { readSignal } from './storage/readSignal.js'
import { storedModelId } from './storage/storedModelId.js'

/** @import { CallOptions } from './storage/CallOptions.js' */

/**
 * What enters the first layer of a stored model: a hidden state for each token.
 *
 * @param {number} id of a stored model
 * @param {readonly number[] | Int32Array | Uint32Array} ids tokens
 * @param {CallOptions} [options]
 * @returns {Promise<Float32Array>} the hidden states, one behind the other
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `MODEL_NOT_FOUND`,
 *   `UNSUPPORTED_ARCHITECTURE` or `MODEL_INVALID`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function embedTokens(id, ids, options = {}) {
  const args = { id: storedModelId(id, 'id'), ids: tokenIds(ids, 'ids', 2 ** 31) }
  return openForFloats('embedTokens', args, { signal: readSignal(options, 'embedTokens') })
}
