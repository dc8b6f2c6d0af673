import { text } from './arguments/text.js'
import { openForFloats } from './storage/openForFloats.js'
import { readSignal } from './storage/readSignal.js'
import { storedModelId } from './storage/storedModelId.js'

/** @import { CallOptions } from './storage/CallOptions.js' */

/**
 * All values of a tensor of a stored model, dequantized to f32. The array is the caller's own, to be kept and changed. A
 * tensor that the engine holds dequantized already is not copied for it: the system copies a page when it is written.
 *
 * @param {number} id of a stored model
 * @param {string} name of the tensor, as the file has it
 * @param {CallOptions} [options]
 * @returns {Promise<Float32Array>} the fastest varying dimension first
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `TENSOR_NOT_FOUND` or
 *   `OUT_OF_MEMORY`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function getTensor(id, name, options = {}) {
  const args = { id: storedModelId(id, 'id'), name: text(name, 'name') }
  return openForFloats('getTensor', args, { signal: readSignal(options, 'getTensor') })
}
