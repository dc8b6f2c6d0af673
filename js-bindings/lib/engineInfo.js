import { startBridge } from './bridge/startBridge.js'

/**
 * What the engine runs on.
 *
 * @typedef {object} EngineInfo
 * @property {string} java the version of the Java virtual machine
 * @property {string} kernels the arithmetic that was chosen for this machine
 * @property {string} reason why
 * @property {string} version the engine's
 */

/**
 * Starts the engine, if it does not run yet, and asks what it runs on.
 *
 * @returns {Promise<EngineInfo>}
 * @throws {import('./errors/RealmError.js').RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` or `JVM_START_FAILED`
 */
export async function engineInfo() {
  const bridge = await startBridge()
  return bridge.call('engineInfo', {})
}
