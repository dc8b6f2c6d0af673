import { floats } from './storage/floats.js'
import { openForFloats } from './storage/openForFloats.js'
import { readSignal } from './storage/readSignal.js'
import { storedModelId } from './storage/storedModelId.js'

/** @import { CallOptions } from './storage/CallOptions.js' */

/**
 * What a stored model expects next: a logit for each token of its vocabulary.
 *
 * @param {number} id of a stored model
 * @param {Float32Array} hidden hidden states as they left the last layer, of which the last counts
 * @param {CallOptions} [options]
 * @returns {Promise<Float32Array>} the logits, by token id
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `UNSUPPORTED_ARCHITECTURE`
 *   or `MODEL_INVALID`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function computeLogits(id, hidden, options = {}) {
  const args = { id: storedModelId(id, 'id') }
  const values = floats(hidden, 'hidden')
  return openForFloats('computeLogits', args, { values, signal: readSignal(options, 'computeLogits') })
}
