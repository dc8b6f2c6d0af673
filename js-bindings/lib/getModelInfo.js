import { startBridge } from './bridge/startBridge.js'
import { readSignal } from './storage/readSignal.js'
import { storedModelId } from './storage/storedModelId.js'

/** @import { CallOptions } from './storage/CallOptions.js' */
/** @import { ModelInfo } from './storage/ModelInfo.js' */

/**
 * What a stored model holds.
 *
 * @param {number} id of a stored model
 * @param {CallOptions} [options]
 * @returns {Promise<ModelInfo>}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT` or `MODEL_NOT_FOUND`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function getModelInfo(id, options = {}) {
  const args = { id: storedModelId(id, 'id') }
  const signal = readSignal(options, 'getModelInfo')
  const bridge = await startBridge()
  return bridge.open('getModelInfo', args, { signal })
}
