import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import { abortSignal, integerIn, invalidArgument, text, tokenIds, urlOf } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { throwIfAborted } from './errors/AbortError.js'
import { modelBytes, openBytes } from './modelBytes.js'

/** @import { AbortError } from './errors/AbortError.js' */
/** @import { RealmError } from './errors/RealmError.js' */
/** @import { CallOptions, ModelInfo, StoreOptions } from './types.d.ts' */

const INT_MAX = 2 ** 31 - 1
const wantedId = integerIn({ from: 0, to: INT_MAX, advice: 'Leave it out for an id of the content.' })
const sessionId = integerIn({ from: 1, to: INT_MAX, advice: 'openSession() gives such ids.' })
const length = integerIn({ from: 1, to: INT_MAX })
const count = integerIn({ from: 0, to: INT_MAX })

/** A check for the id of a stored model. */
export const storedModelId = integerIn({ from: 1, to: INT_MAX, advice: 'storeModel() gives such ids.' })

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
  const wanted = wantedId(id, 'id')
  const { signal } = readOptions(options, { signal: abortSignal }, { what: 'the options of storeModel' })
  const bytes = modelBytes(source)
  const path = bytes === null ? pathOf(source) : ''
  throwIfAborted(signal)
  const bridge = await startBridge()
  const stored = await (bytes === null
    ? bridge.open('storeModel', { path, id: wanted }, { signal })
    : openBytes(bridge, bytes, { signal }, (buffer) =>
        bridge.open('storeModel', { buffer, id: wanted }, { signal }),
      ))
  return stored.id
}

/** @param {unknown} source */
function pathOf(source) {
  const url = urlOf(source)
  if (url?.protocol === 'file:') return fileURLToPath(url)
  // Java would look from the folder in which the process started.
  if (typeof source === 'string' && source !== '') return resolve(source)
  throw invalidArgument(
    'source',
    source,
    'the path or file: URL of a GGUF file, or its bytes (Uint8Array or ArrayBuffer)',
  )
}

/**
 * Removes a stored model, as often as it was stored: each call drops one reference that this thread took by `storeModel`.
 * With the last one the id is gone. Sessions and guests that have the model keep it; its memory is freed after them.
 *
 * @param {number} id of a model that this thread has stored
 * @returns {Promise<void>}
 * @throws {RealmError} `INVALID_ARGUMENT` or `MODEL_NOT_FOUND`
 */
export async function removeModel(id) {
  const args = { id: storedModelId(id, 'id') }
  const bridge = await startBridge()
  await bridge.open('removeModel', args)
}

/**
 * What a stored model holds.
 *
 * @param {number} id of a stored model
 * @param {CallOptions} [options]
 * @returns {Promise<ModelInfo>}
 * @throws {RealmError} `INVALID_ARGUMENT` or `MODEL_NOT_FOUND`
 * @throws {AbortError} if the signal is aborted
 */
export async function getModelInfo(id, options = {}) {
  const args = { id: storedModelId(id, 'id') }
  const signal = readSignal(options, 'getModelInfo')
  const bridge = await startBridge()
  return bridge.open('getModelInfo', args, { signal })
}

/**
 * All values of a tensor of a stored model, dequantized to f32. The array is the caller's own, to be kept and changed. A
 * tensor that the engine holds dequantized already is not copied for it: the system copies a page when it is written.
 *
 * @param {number} id of a stored model
 * @param {string} name of the tensor, as the file has it
 * @param {CallOptions} [options]
 * @returns {Promise<Float32Array>} the fastest varying dimension first
 * @throws {RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `TENSOR_NOT_FOUND` or
 *   `OUT_OF_MEMORY`
 * @throws {AbortError} if the signal is aborted
 */
export async function getTensor(id, name, options = {}) {
  const args = { id: storedModelId(id, 'id'), name: text(name, 'name') }
  return openForFloats('getTensor', args, { signal: readSignal(options, 'getTensor') })
}

/**
 * Opens a session: one sequence that goes through a stored model's layers, with a KV cache of its own. It keeps its model,
 * also after that was removed. A thread that ends closes its sessions.
 *
 * @param {number} id of a stored model
 * @param {number} contextLength positions that the sequence may have; an integer from 1 to what the model was trained for.
 *   Memory is taken as it is used
 * @param {CallOptions} [options]
 * @returns {Promise<number>} the session's id, to be closed with `closeSession`
 * @throws {RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `UNSUPPORTED_ARCHITECTURE`
 *   or `MODEL_INVALID`
 * @throws {AbortError} if the signal is aborted
 */
export async function openSession(id, contextLength, options = {}) {
  const args = { id: storedModelId(id, 'id'), contextLength: length(contextLength, 'contextLength') }
  const signal = readSignal(options, 'openSession')
  const bridge = await startBridge()
  return (await bridge.open('openSession', args, { signal })).session
}

/**
 * What enters the first layer of a stored model: a hidden state for each token.
 *
 * @param {number} id of a stored model
 * @param {readonly number[] | Int32Array | Uint32Array} ids tokens
 * @param {CallOptions} [options]
 * @returns {Promise<Float32Array>} the hidden states, one behind the other
 * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `MODEL_NOT_FOUND`,
 *   `UNSUPPORTED_ARCHITECTURE` or `MODEL_INVALID`
 * @throws {AbortError} if the signal is aborted
 */
export async function embedTokens(id, ids, options = {}) {
  const args = { id: storedModelId(id, 'id'), ids: tokenIds(ids, 'ids', 2 ** 31) }
  return openForFloats('embedTokens', args, { signal: readSignal(options, 'embedTokens') })
}

/**
 * Takes hidden states through one layer of a session's model. All layers in turn, from 0, are a forward pass.
 *
 * @param {number} session of `openSession`
 * @param {number} layer an integer from 0
 * @param {Float32Array} hidden one hidden state or more, one behind the other; not to be changed until the promise settles
 * @param {number} position that of the first state in the sequence; an integer from 0 to as many positions as the layer has
 *   seen. What it has seen from there on is replaced
 * @param {CallOptions} [options] a layer that has begun when the signal is aborted has seen the states
 * @returns {Promise<Float32Array>} the hidden states after the layer
 * @throws {RealmError} `INVALID_ARGUMENT`, `SESSION_NOT_FOUND` or `CONTEXT_OVERFLOW`
 * @throws {AbortError} if the signal is aborted
 */
export async function forwardLayer(session, layer, hidden, position, options = {}) {
  const args = {
    session: sessionId(session, 'session'),
    layer: count(layer, 'layer'),
    position: count(position, 'position'),
  }
  const values = floats(hidden, 'hidden')
  return openForFloats('forwardLayer', args, { values, signal: readSignal(options, 'forwardLayer') })
}

/**
 * What a stored model expects next: a logit for each token of its vocabulary.
 *
 * @param {number} id of a stored model
 * @param {Float32Array} hidden hidden states as they left the last layer, of which the last counts
 * @param {CallOptions} [options]
 * @returns {Promise<Float32Array>} the logits, by token id
 * @throws {RealmError} `INVALID_ARGUMENT`, `MODEL_NOT_FOUND`, `UNSUPPORTED_ARCHITECTURE`
 *   or `MODEL_INVALID`
 * @throws {AbortError} if the signal is aborted
 */
export async function computeLogits(id, hidden, options = {}) {
  const args = { id: storedModelId(id, 'id') }
  const values = floats(hidden, 'hidden')
  return openForFloats('computeLogits', args, { values, signal: readSignal(options, 'computeLogits') })
}

/**
 * Ends a session that this thread has opened, once no forward pass of it runs, and frees its KV cache.
 *
 * @param {number} session of `openSession`
 * @returns {Promise<void>}
 * @throws {RealmError} `INVALID_ARGUMENT` or `SESSION_NOT_FOUND`
 */
export async function closeSession(session) {
  const args = { session: sessionId(session, 'session') }
  const bridge = await startBridge()
  await bridge.open('closeSession', args)
}

/**
 * Runs a job whose result is memory with f32 values.
 *
 * @param {string} method
 * @param {object} args
 * @param {object} [more]
 * @param {Float32Array} [more.values] belong to the arguments
 * @param {AbortSignal} [more.signal]
 * @returns {Promise<Float32Array>} the memory itself
 */
async function openForFloats(method, args, { values, signal } = {}) {
  const bridge = await startBridge()
  const { buffer } = await bridge.open(method, args, { bytes: values, signal })
  return new Float32Array(bridge.take(buffer))
}

/**
 * Reads the options of a call.
 *
 * @param {CallOptions} options
 * @param {string} name the call's
 * @returns {AbortSignal | undefined}
 * @throws {RealmError} `INVALID_ARGUMENT`
 * @throws {AbortError} if the signal is aborted already
 */
function readSignal(options, name) {
  const { signal } = readOptions(options, { signal: abortSignal }, { what: `the options of ${name}` })
  throwIfAborted(signal)
  return signal
}

/**
 * A check for hidden states.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Float32Array}
 */
function floats(value, name) {
  if (!types.isFloat32Array(value)) throw invalidArgument(name, value, 'a Float32Array of hidden states')
  return value
}
