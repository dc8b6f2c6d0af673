import { setImmediate } from 'node:timers/promises'
import { AbortError } from '../errors/AbortError.js'

/** @import { Bridge } from '../bridge/Bridge.js' */
/** @import { LoadProgress } from './LoadOptions.js' */

/** Bytes a step: few enough that the event loop is free again within a millisecond or two. */
const CHUNK = 1024 * 1024

/**
 * Copies bytes into the engine's memory, step by step.
 *
 * @param {Bridge} bridge
 * @param {Uint8Array} bytes
 * @param {{ signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void }} listeners
 * @returns {Promise<number>} the engine's name for the copy, which is to be loaded or released
 * @throws {AbortError}
 */
export async function copyToEngine(bridge, bytes, { signal, onProgress }) {
  const totalBytes = bytes.byteLength
  const { buffer } = await bridge.open('bufferOpen', { size: totalBytes })
  try {
    for (let offset = 0; offset < totalBytes; offset += CHUNK) {
      if (signal?.aborted) throw new AbortError(signal.reason)
      bridge.call('bufferWrite', { buffer, offset }, bytes.subarray(offset, offset + CHUNK))
      onProgress?.({ phase: 'copy', bytes: Math.min(offset + CHUNK, totalBytes), totalBytes })
      await setImmediate()
    }
    return buffer
  } catch (error) {
    bridge.call('bufferRelease', { buffer })
    throw error
  }
}
