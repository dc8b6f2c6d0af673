import { integerIn } from './arguments/integerIn.js'
import { startBridge } from './bridge/startBridge.js'
import { readSignal } from './storage/readSignal.js'
import { storedModelId } from './storage/storedModelId.js'

/** @import { CallOptions } from './storage/CallOptions.js' */

const LENGTH = integerIn({ from: 1, to: 2 ** 31 - 1 })

/**
 * Opens a session: one sequence that goes through a stored model's layers, with a KV cache of its own. It keeps its model,
 * also after that was removed. A thread that ends closes its sessions.
 *
 * @param {number} id of a stored model
 * @param {number} contextLength positions that the sequence may have; an integer from 1 to what the model was trained for.
 *   Memory is taken as it is used
 * @param {CallOptions} [options]
 * @returns {Promise<number>} the session's id, to be closed with `closeSession`
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `UNSUPPORTED_ARCHITECTURE`
 *   or `MODEL_INVALID`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function openSession(id, contextLength, options = {}) {
  const args = { id: storedModelId(id, 'id'), contextLength: LENGTH(contextLength, 'contextLength') }
  const signal = readSignal(options, 'openSession')
  const bridge = await startBridge()
  return (await bridge.open('openSession', args, { signal })).session
}
