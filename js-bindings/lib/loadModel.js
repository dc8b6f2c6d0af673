import {
  abortSignal,
  booleanValue,
  functionValue,
  integerIn,
  invalidArgument,
  oneOf,
  urlOf,
} from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { EngineModel } from './EngineModel.js'
import { throwIfAborted } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'
import { Model } from './Model.js'
import { modelBytes, openBytes } from './modelBytes.js'
import { resolveSource } from './source/resolveSource.js'

/** @import { Bridge } from './bridge/Bridge.js' */
/** @import { Listeners } from './modelBytes.js' */
/** @import { LoadOptions, ModelSource } from './types.d.ts' */

/**
 * A model file on disk.
 *
 * @typedef {object} ModelFile
 * @property {string} path
 * @property {string} name
 * @property {string} [defaultSystem] the catalog's system message for chats that set none
 * @property {boolean} [isCached] whether it lies in the cache
 */

/** Brings models into the engine. */
export class ModelLoader {
  #startBridge
  #resolveSource

  /**
   * @param {object} ways
   * @param {() => Promise<Bridge>} ways.startBridge the way to the engine
   * @param {(source: string, listeners: Listeners) => Promise<ModelFile>} ways.resolveSource the way to a file
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
    const { signal, onProgress, speculation, ...settings } = readOptions(
      options,
      {
        contextLength: integerIn({
          from: 1,
          to: 2 ** 31 - 1,
          advice: 'Leave it out for what the model was trained for.',
        }),
        threads: integerIn({ from: 1, to: 1024, advice: "Leave it out for the machine's cores." }),
        kvCache: oneOf(['f16', 'q8_0', 'q4_0']),
        cacheMb: integerIn({
          from: 1,
          to: 2 ** 31 - 1,
          advice: "Leave it out for a quarter of the machine's memory.",
        }),
        parallel: integerIn({ from: 1, to: 2 ** 31 - 1, advice: 'Default: 64.' }),
        maxQueue: integerIn({ from: 0, to: 2 ** 31 - 1, advice: 'Leave it out for any number.' }),
        overcommit: booleanValue,
        speculation: booleanValue,
        signal: abortSignal,
        onProgress: functionValue,
      },
      { what: 'the options of loadModel' },
    )
    const listeners = { signal, onProgress: /** @type {Listeners['onProgress']} */ (onProgress) }
    const bytes = modelBytes(source)
    const from = bytes ?? sourceText(source)
    throwIfAborted(signal)
    return typeof from === 'string'
      ? this.#loadFile(from, settings, { speculation, ...listeners })
      : this.#loadBytes(from, settings, { speculation, ...listeners })
  }

  /**
   * @param {string} source
   * @param {object} settings of the engine
   * @param {Listeners & { speculation?: boolean }} own what is not the engine's
   */
  async #loadFile(source, settings, { speculation, ...listeners }) {
    const { path, name, defaultSystem, isCached } = await this.#resolveSource(source, listeners)
    const bridge = await this.#startBridge()
    throwIfAborted(listeners.signal)
    const opened = await bridge
      .open('load', { path, ...settings }, { signal: listeners.signal })
      .catch((error) => {
        throw isCached ? withRemoval(error, source) : error
      })
    return Model.of(new EngineModel(bridge, { ...opened, name, speculation }), defaultSystem)
  }

  /**
   * @param {Uint8Array} bytes
   * @param {object} settings of the engine
   * @param {Listeners & { speculation?: boolean }} own what is not the engine's
   */
  async #loadBytes(bytes, settings, { speculation, ...listeners }) {
    const bridge = await this.#startBridge()
    const opened = await openBytes(bridge, bytes, listeners, 'load', settings)
    return Model.of(new EngineModel(bridge, { ...opened, speculation }))
  }
}

/**
 * What to do where the cache holds a broken file.
 *
 * @param {unknown} error
 * @param {string} source
 */
function withRemoval(error, source) {
  if (!(error instanceof RealmError) || !error.code.startsWith('GGUF_')) return error
  return new RealmError(error.code, `${error.message} "realm rm ${source}" removes it from the cache.`, {
    cause: error,
  })
}

/**
 * @param {unknown} source
 * @returns {string}
 */
function sourceText(source) {
  const text = urlOf(source)?.href ?? source
  if (typeof text === 'string' && text !== '') return text
  throw invalidArgument(
    'source',
    source,
    'a name of the catalog, a path, hf:owner/repo, a URL, or the bytes of a GGUF file (Uint8Array or ArrayBuffer)',
  )
}

const loader = new ModelLoader({ startBridge, resolveSource })

/**
 * Loads a model. One that the cache does not hold is downloaded first.
 *
 * @param {ModelSource} source a name of the catalog, a path of a GGUF file, `hf:owner/repo[:Q4_K_M]` or
 *   `hf:owner/repo/file`, a URL, or the bytes of a GGUF file, which must not change until the model is loaded and are not
 *   needed afterwards. A file is read as long as the model is loaded: shortening or overwriting it ends the process,
 *   renaming another over it does not
 * @param {LoadOptions} [options]
 * @returns {Promise<Model>} to be disposed when it is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `MODEL_NOT_FOUND`,
 *   `IO_ERROR`, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `GGUF_…`, `MODEL_INVALID`, `UNSUPPORTED_…`, `OUT_OF_MEMORY`,
 *   `JAVA_NOT_FOUND`, `JVM_START_FAILED` or `ADDON_NOT_FOUND`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export function loadModel(source, options = {}) {
  return loader.load(source, options)
}
