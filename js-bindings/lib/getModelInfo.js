import { startBridge } from './bridge/startBridge.js'
import { storedModelId } from './storage/storedModelId.js'

/** @import { ModelInfo } from './storage/ModelInfo.js' */

/**
 * What a stored model holds.
 *
 * @param {number} id of a stored model
 * @returns {Promise<ModelInfo>}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT` or `MODEL_NOT_FOUND`
 */
export async function getModelInfo(id) {
  const args = { id: storedModelId(id, 'id') }
  const bridge = await startBridge()
  return bridge.open('getModelInfo', args)
}
