import { resolveSource } from '../lib/source/resolveSource.js'
import { FetchDisplay } from './terminal/FetchDisplay.js'

/**
 * Finds the file of the model that the user named, and shows how it is fetched if it has to be.
 *
 * @param {string} source
 * @param {AbortSignal} signal
 * @returns {Promise<import('../lib/source/resolveSource.js').ResolvedSource>}
 */
export async function resolveCommandSource(source, signal) {
  const display = new FetchDisplay()
  try {
    return await resolveSource(source, { signal, onProgress: display.show })
  } finally {
    display.stop()
  }
}
