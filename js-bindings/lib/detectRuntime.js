import { startBridge } from './bridge/startBridge.js'
import { RealmError } from './errors/RealmError.js'

/** @import { RuntimeInfo } from './types.d.ts' */

/**
 * Starts the engine, if it does not run yet, and tells what it runs on. It does not reject where the engine cannot start:
 * then the bridge is `none`, and a later call of anything tries again where that can help.
 *
 * @returns {Promise<RuntimeInfo>}
 */
export async function detectRuntime() {
  try {
    const bridge = await startBridge()
    const { java, kernels, reason } = bridge.call('engineInfo', {})
    return { bridge: bridge.kind, java, kernels, reason }
  } catch (error) {
    if (!(error instanceof RealmError)) throw error
    return { bridge: 'none', java: null, kernels: null, reason: error.message }
  }
}
