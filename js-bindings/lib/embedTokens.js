import { tokenIds } from './arguments/tokenIds.js'
import { openForFloats } from './storage/openForFloats.js'
import { storedModelId } from './storage/storedModelId.js'

/**
 * What enters the first layer of a stored model: a hidden state for each token.
 *
 * @param {number} id of a stored model
 * @param {readonly number[] | Int32Array | Uint32Array} ids tokens
 * @returns {Promise<Float32Array>} the hidden states, one behind the other
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `MODEL_NOT_FOUND`,
 *   `UNSUPPORTED_ARCHITECTURE` or `MODEL_INVALID`
 */
export async function embedTokens(id, ids) {
  const args = { id: storedModelId(id, 'id'), ids: tokenIds(ids, 'ids', 2 ** 31) }
  return openForFloats('embedTokens', args)
}
