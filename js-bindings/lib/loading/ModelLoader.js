import { abortSignal } from '../arguments/abortSignal.js'
import { functionValue } from '../arguments/functionValue.js'
import { integerIn } from '../arguments/integerIn.js'
import { invalidArgument } from '../arguments/invalidArgument.js'
import { oneOf } from '../arguments/oneOf.js'
import { readOptions } from '../arguments/readOptions.js'
import { EngineModel } from '../engine/EngineModel.js'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { createModel } from '../Model.js'
import { copyToEngine } from './copyToEngine.js'

/** @import { Bridge } from '../bridge/Bridge.js' */
/** @import { LoadedModel } from '../engine/LoadedModel.js' */
/** @import { LoadOptions, LoadProgress, ModelSource } from './LoadOptions.js' */

/**
 * A model file on disk.
 *
 * @typedef {object} ModelFile
 * @property {string} path
 * @property {string} name
 * @property {string} [defaultSystem] the catalog's system message for chats that set none
 */

/**
 * @typedef {object} Listeners
 * @property {AbortSignal} [signal]
 * @property {(progress: LoadProgress) => void} [onProgress]
 */

/** Brings models into the engine. */
export class ModelLoader {
  #startBridge
  #resolveSource

  /**
   * @param {object} ways
   * @param {() => Promise<Bridge>} ways.startBridge the way to the engine
   * @param {(source: string | URL, listeners: Listeners) => Promise<ModelFile>} ways.resolveSource the way to a file
   */
  constructor({ startBridge, resolveSource }) {
    this.#startBridge = startBridge
    this.#resolveSource = resolveSource
  }

  /**
   * @param {ModelSource} source
   * @param {LoadOptions} options
   */
  async load(source, options) {
    const { signal, onProgress, ...settings } = readOptions(
      options,
      {
        contextLength: integerIn({
          from: 1,
          to: 2 ** 31 - 1,
          advice: 'Leave it out for what the model was trained for.',
        }),
        threads: integerIn({ from: 1, to: 1024, advice: "Leave it out for the machine's cores." }),
        kvCache: oneOf(['f16', 'q8_0']),
        signal: abortSignal,
        onProgress: functionValue,
      },
      { what: 'the options of loadModel' },
    )
    const listeners = { signal, onProgress: /** @type {Listeners['onProgress']} */ (onProgress) }
    const bytes = bytesOf(source)
    if (bytes === null) mustBeText(source)
    else mustNotBeEmpty(bytes)
    mustNotBeAborted(signal)
    return bytes === null
      ? this.#loadFile(/** @type {string | URL} */ (source), settings, listeners)
      : this.#loadBytes(bytes, settings, listeners)
  }

  /**
   * @param {string | URL} source
   * @param {object} settings
   * @param {Listeners} listeners
   */
  async #loadFile(source, settings, listeners) {
    const { path, name, defaultSystem } = await this.#resolveSource(source, listeners)
    const bridge = await this.#startBridge()
    mustNotBeAborted(listeners.signal)
    /** @type {LoadedModel} */
    const loaded = await bridge.open('load', { path, ...settings }, { signal: listeners.signal })
    return createModel(new EngineModel(bridge, loaded.model), { ...loaded, name }, defaultSystem)
  }

  /**
   * @param {Uint8Array} bytes
   * @param {object} settings
   * @param {Listeners} listeners
   */
  async #loadBytes(bytes, settings, listeners) {
    const bridge = await this.#startBridge()
    const buffer = await copyToEngine(bridge, bytes, listeners)
    try {
      mustNotBeAborted(listeners.signal)
      /** @type {LoadedModel} */
      const loaded = await bridge.open('load', { buffer, ...settings }, { signal: listeners.signal })
      return createModel(new EngineModel(bridge, loaded.model), loaded)
    } catch (error) {
      bridge.call('bufferRelease', { buffer })
      throw error
    }
  }
}

/** @param {unknown} source */
function bytesOf(source) {
  if (source instanceof Uint8Array) return source
  return source instanceof ArrayBuffer ? new Uint8Array(source) : null
}

/** @param {unknown} source */
function mustBeText(source) {
  if ((typeof source === 'string' && source !== '') || source instanceof URL) return
  throw invalidArgument(
    'source',
    source,
    'a name of the catalog, a path, hf:owner/repo/file, a URL, or the bytes of a GGUF file (Uint8Array or ArrayBuffer)',
  )
}

/** @param {Uint8Array} bytes */
function mustNotBeEmpty(bytes) {
  if (bytes.byteLength > 0) return
  throw new RealmError(
    'GGUF_INVALID',
    'source: received no bytes, expected those of a GGUF file; give all of its bytes.',
  )
}

/** @param {AbortSignal} [signal] */
function mustNotBeAborted(signal) {
  if (signal?.aborted) throw new AbortError(signal.reason)
}
