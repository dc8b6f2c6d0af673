import { setImmediate } from 'node:timers/promises'
import { bytesOf } from './arguments/checks.js'
import { throwIfAborted } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'

/** @import { Bridge } from './bridge/Bridge.js' */
/** @import { LoadProgress } from './types.d.ts' */

/**
 * Who hears of the loading of a model.
 *
 * @typedef {object} Listeners
 * @property {AbortSignal} [signal]
 * @property {(progress: LoadProgress) => void} [onProgress]
 */

/** Bytes a step: few enough that the event loop is free again within a millisecond or two. */
const CHUNK = 1024 * 1024

/**
 * The bytes of a GGUF file, where a source is these.
 *
 * @param {unknown} source
 * @param {string} [name] of the argument; default: source
 * @returns {Uint8Array | null} null for a source of another kind
 * @throws {RealmError} `GGUF_INVALID` if there are none
 */
export function modelBytes(source, name = 'source') {
  const bytes = bytesOf(source)
  if (bytes?.byteLength === 0) {
    throw new RealmError(
      'GGUF_INVALID',
      `${name}: received no bytes, expected those of a GGUF file; give all of its bytes.`,
    )
  }
  return bytes
}

/**
 * Copies bytes into the engine's memory, step by step, and opens them as a model. Where that fails, the copy is freed.
 *
 * @param {Bridge} bridge
 * @param {Uint8Array} bytes
 * @param {Listeners} listeners
 * @param {(buffer: number) => Promise<any>} open has the engine take the copy over, which it knows by this number
 * @returns {Promise<any>} what `open` gives
 * @throws {import('./errors/AbortError.js').AbortError}
 */
export async function openBytes(bridge, bytes, { signal, onProgress }, open) {
  const totalBytes = bytes.byteLength
  const { buffer } = await bridge.open('bufferOpen', { size: totalBytes })
  try {
    for (let offset = 0; offset < totalBytes; offset += CHUNK) {
      throwIfAborted(signal)
      bridge.call('bufferWrite', { buffer, offset }, bytes.subarray(offset, offset + CHUNK))
      onProgress?.({ phase: 'copy', bytes: Math.min(offset + CHUNK, totalBytes), totalBytes })
      await setImmediate()
    }
    throwIfAborted(signal)
    return await open(buffer)
  } catch (error) {
    bridge.call('bufferRelease', { buffer })
    throw error
  }
}
