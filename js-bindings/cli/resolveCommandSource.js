import { resolveSource } from '../lib/source/resolveSource.js'
import { FetchDisplay } from './terminal/FetchDisplay.js'

/**
 * Finds the file of the model that the user named, and shows how it is fetched if it has to be.
 *
 * @param {string} source
 * @param {AbortSignal} signal
 * @param {{ toRun?: boolean }} [options] `toRun`: whether the engine must be able to run it; default true
 * @returns {Promise<import('../lib/source/resolveSource.js').ResolvedSource>}
 */
export async function resolveCommandSource(source, signal, { toRun } = {}) {
  const display = new FetchDisplay()
  try {
    return await resolveSource(source, { signal, toRun, onProgress: display.show })
  } finally {
    display.stop()
  }
}
