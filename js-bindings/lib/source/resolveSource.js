import { stat } from 'node:fs/promises'
import { nearestName } from '../arguments/readOptions.js'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { catalog } from './catalog.js'
import { isCached } from './isCached.js'
import { parseSource } from './parseSource.js'

/** @import { FetchProgress } from './fetchFile.js' */

/**
 * @typedef {object} ResolvedSource
 * @property {string} path the model file's absolute path (the first file's, of a split model)
 * @property {string} name the catalog name, or the file's name without `.gguf`
 * @property {string} [defaultSystem] the catalog's system message for chats that set none
 */

/**
 * Turns a model source into a file on disk. What the cache does not hold is fetched, each file's sources in order.
 *
 * @param {string | URL} source a catalog name, a path, `hf:owner/repo/file`, or an address (https, http or file)
 * @param {object} [options]
 * @param {AbortSignal} [options.signal] stops a download; what was received stays and is resumed the next time
 * @param {(progress: FetchProgress) => void} [options.onProgress] hears of each step; not called for what is there
 * @returns {Promise<ResolvedSource>}
 * @throws {RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `IO_ERROR`
 * @throws {AbortError}
 */
export async function resolveSource(source, { signal, onProgress } = {}) {
  if (signal?.aborted) throw new AbortError(signal.reason)
  const parsed = parseSource(source)
  if (parsed.kind === 'local') {
    await mustExist(parsed.path, String(source))
    return { path: parsed.path, name: parsed.name }
  }
  for (const file of parsed.files) {
    if (await isCached(file)) continue
    // Loaded here because most runs find the file in the cache.
    const { fetchFile } = await import('./fetchFile.js')
    await fetchFile(file, { signal, onProgress })
  }
  return { path: parsed.files[0].path, name: parsed.name, defaultSystem: parsed.defaultSystem }
}

/**
 * @param {string} path
 * @param {string} source
 */
async function mustExist(path, source) {
  try {
    await stat(path)
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new RealmError('IO_ERROR', `The model file ${path} cannot be read: ${message}.`, { cause: error })
    }
    const names = catalog.models.map((model) => model.name)
    const nearest = nearestName(source, names)
    throw new RealmError(
      'FILE_NOT_FOUND',
      `No file at ${path}, and "${source}" is no name of the catalog (${names.join(', ')}). ` +
        'Expected one of these names, a path of a GGUF file, hf:owner/repo/file or a URL.' +
        (nearest ? ` Did you mean ${nearest}?` : ''),
      { cause: error },
    )
  }
}
