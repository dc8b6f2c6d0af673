import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { abortSignal } from './arguments/abortSignal.js'
import { integerIn } from './arguments/integerIn.js'
import { invalidArgument } from './arguments/invalidArgument.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { AbortError } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'
import { copyToEngine } from './loading/copyToEngine.js'

/** @import { StoreOptions } from './storage/StoreOptions.js' */

const WANTED = integerIn({ from: 0, to: 2 ** 31 - 1, advice: 'Leave it out for an id of the content.' })

/**
 * Stores a model: any valid GGUF file, also one of an unknown architecture or without a tokenizer. The same content is kept
 * once, however often it is stored, and as long as anybody uses it. Its id is valid in all threads of the process; a thread
 * that ends removes what it has stored.
 *
 * @param {string | URL | Uint8Array | ArrayBuffer} source the path or the `file:` URL of a GGUF file (of a split model the
 *   first), which is mapped and must not change while it is stored; or the bytes of one, of which a copy is stored
 * @param {number} [id] the wanted id, an integer from 1 to 2^31 - 1; 0 derives it from the content: the SHA-256 of the file
 *   as a number, modulo 2^31 - 1, plus 1, or the next that is free; default 0. An id under which the same content was
 *   stored already gets another reference
 * @param {StoreOptions} [options]
 * @returns {Promise<number>} its id; `removeModel` removes it
 * @throws {RealmError} `INVALID_ARGUMENT`, `MODEL_ID_CONFLICT` if the id has another model, `FILE_NOT_FOUND`, `IO_ERROR`,
 *   `GGUF_…`, `UNSUPPORTED_TYPE`, `OUT_OF_MEMORY`, or as `loadModel` where the engine does not start
 * @throws {AbortError} if the signal is aborted
 */
export async function storeModel(source, id = 0, options = {}) {
  const wanted = WANTED(id, 'id')
  const { signal } = readOptions(options, { signal: abortSignal }, { what: 'the options of storeModel' })
  const bytes = bytesOf(source)
  const path = bytes === null ? pathOf(source) : ''
  if (signal?.aborted) throw new AbortError(signal.reason)
  const bridge = await startBridge()
  if (bytes === null) {
    return (await bridge.open('storeModel', { path, id: wanted }, { signal })).id
  }
  const buffer = await copyToEngine(bridge, bytes, { signal })
  try {
    return (await bridge.open('storeModel', { buffer, id: wanted }, { signal })).id
  } catch (error) {
    bridge.call('bufferRelease', { buffer })
    throw error
  }
}

/** @param {unknown} source */
function bytesOf(source) {
  const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source
  if (!(bytes instanceof Uint8Array)) return null
  if (bytes.byteLength > 0) return bytes
  throw new RealmError(
    'GGUF_INVALID',
    'source: received no bytes, expected those of a GGUF file; give all of its bytes.',
  )
}

/** @param {unknown} source */
function pathOf(source) {
  if (source instanceof URL && source.protocol === 'file:') return fileURLToPath(source)
  // Java would look from the folder in which the process started.
  if (typeof source === 'string' && source !== '') return resolve(source)
  throw invalidArgument(
    'source',
    source,
    'the path or file: URL of a GGUF file, or its bytes (Uint8Array or ArrayBuffer)',
  )
}
