import { floats } from './storage/floats.js'
import { openForFloats } from './storage/openForFloats.js'
import { storedModelId } from './storage/storedModelId.js'

/**
 * What a stored model expects next: a logit for each token of its vocabulary.
 *
 * @param {number} id of a stored model
 * @param {Float32Array} hidden hidden states as they left the last layer, of which the last counts
 * @returns {Promise<Float32Array>} the logits, by token id
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `UNSUPPORTED_ARCHITECTURE`
 *   or `MODEL_INVALID`
 */
export async function computeLogits(id, hidden) {
  return openForFloats('computeLogits', { id: storedModelId(id, 'id') }, floats(hidden, 'hidden'))
}
