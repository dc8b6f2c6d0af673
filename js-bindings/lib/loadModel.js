import { abortSignal, booleanValue, functionValue, integerIn, oneOf } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { EngineModel } from './EngineModel.js'
import { throwIfAborted } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'
import { Model } from './Model.js'
import { openBytes } from './modelBytes.js'
import { readDraft } from './readDraft.js'
import { readSource } from './readSource.js'
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
    const { signal, onProgress, speculation, draft, ...settings } = readOptions(
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
        draft: readDraft,
        signal: abortSignal,
        onProgress: functionValue,
      },
      { what: 'the options of loadModel' },
    )
    const listeners = { signal, onProgress: /** @type {Listeners['onProgress']} */ (onProgress) }
    const from = readSource(source)
    throwIfAborted(signal)
    const file = await this.#find(from, listeners)
    const { source: draftFrom, ...wishes } = draft ?? {}
    const draftFile = draftFrom === undefined ? undefined : await this.#find(draftFrom, listeners)
    const bridge = await this.#startBridge()
    throwIfAborted(signal)
    const opened = await inEngine(bridge, file, listeners, (place) =>
      draftFile === undefined
        ? bridge.open('load', { ...place, ...settings }, { signal })
        : inEngine(bridge, draftFile, listeners, (draftPlace) =>
            bridge.open('load', { ...place, draft: { ...draftPlace, ...wishes }, ...settings }, { signal }),
          ),
    ).catch((error) => {
      const isDraft = String(error?.message).startsWith('draft: ')
      const broken = isDraft ? draftFile : file
      throw isFile(broken) && broken.isCached ? withRemoval(error, isDraft ? draftFrom : from) : error
    })
    const { name, defaultSystem } = isFile(file) ? file : { name: opened.name }
    return Model.of(new EngineModel(bridge, { ...opened, name, speculation }), defaultSystem)
  }

  /**
   * Where a source's bytes are: in a file, which may have to be fetched, or in the app's memory.
   *
   * @param {string | Uint8Array} from
   * @param {Listeners} listeners
   */
  async #find(from, listeners) {
    return typeof from === 'string' ? this.#resolveSource(from, listeners) : from
  }
}

/**
 * Runs with where the engine finds a file's bytes: its path, or a copy of them, which is freed where that fails.
 *
 * @param {Bridge} bridge
 * @param {ModelFile | Uint8Array} file
 * @param {Listeners} listeners
 * @param {(place: { path: string } | { buffer: number }) => Promise<any>} run
 */
async function inEngine(bridge, file, listeners, run) {
  return isFile(file)
    ? run({ path: file.path })
    : openBytes(bridge, file, listeners, (buffer) => run({ buffer }))
}

/**
 * @param {ModelFile | Uint8Array | undefined} file
 * @returns {file is ModelFile}
 */
function isFile(file) {
  return file !== undefined && !(file instanceof Uint8Array)
}

/**
 * What to do where the cache holds a broken file.
 *
 * @param {unknown} error
 * @param {unknown} source
 */
function withRemoval(error, source) {
  if (!(error instanceof RealmError) || !error.code.startsWith('GGUF_')) return error
  return new RealmError(error.code, `${error.message} "realm rm ${source}" removes it from the cache.`, {
    cause: error,
  })
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
 *   `DRAFT_MISMATCH`,
 *   `JAVA_NOT_FOUND`, `JVM_START_FAILED` or `ADDON_NOT_FOUND`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export function loadModel(source, options = {}) {
  return loader.load(source, options)
}
