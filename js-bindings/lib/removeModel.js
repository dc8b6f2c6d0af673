import { startBridge } from './bridge/startBridge.js'
import { storedModelId } from './storage/storedModelId.js'

/**
 * Removes a stored model, as often as it was stored: each call drops one reference that this thread took by `storeModel`.
 * With the last one the id is gone. Sessions and guests that have the model keep it; its memory is freed after them.
 *
 * @param {number} id of a model that this thread has stored
 * @returns {Promise<void>}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT` or `MODEL_NOT_FOUND`
 */
export async function removeModel(id) {
  const args = { id: storedModelId(id, 'id') }
  const bridge = await startBridge()
  await bridge.open('removeModel', args)
}
