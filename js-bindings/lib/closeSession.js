import { startBridge } from './bridge/startBridge.js'
import { sessionId } from './storage/sessionId.js'

/**
 * Ends a session that this thread has opened, once no forward pass of it runs, and frees its KV cache.
 *
 * @param {number} session of `openSession`
 * @returns {Promise<void>}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT` or `SESSION_NOT_FOUND`
 */
export async function closeSession(session) {
  const args = { session: sessionId(session, 'session') }
  const bridge = await startBridge()
  await bridge.open('closeSession', args)
}
