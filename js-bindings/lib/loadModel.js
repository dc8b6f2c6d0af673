import { startBridge } from './bridge/startBridge.js'
import { ModelLoader } from './loading/ModelLoader.js'
import { resolveSource } from './source/resolveSource.js'

/** @import { LoadOptions, ModelSource } from './loading/LoadOptions.js' */
/** @import { Model } from './Model.js' */

const loader = new ModelLoader({ startBridge, resolveSource })

/**
 * Loads a model. One that the cache does not hold is downloaded first.
 *
 * @param {ModelSource} source a name of the catalog, a path of a GGUF file, `hf:owner/repo/file`, a URL, or the bytes of a
 *   GGUF file, which must not change until the model is loaded and are not needed afterwards. A file is read as long as
 *   the model is loaded: shortening or overwriting it ends the process, renaming another over it does not
 * @param {LoadOptions} [options]
 * @returns {Promise<Model>} to be disposed when it is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `IO_ERROR`,
 *   `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `GGUF_…`, `MODEL_INVALID`, `UNSUPPORTED_…`, `OUT_OF_MEMORY`, `JAVA_NOT_FOUND`,
 *   `JVM_START_FAILED` or `ADDON_NOT_FOUND`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export function loadModel(source, options = {}) {
  return loader.load(source, options)
}
