import { stat } from 'node:fs/promises'
import { nearestName } from '../arguments/readOptions.js'
import { throwIfAborted } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { catalog } from './catalog.js'
import { mustRunArchitecture } from './ggufHead.js'
import { isCached } from './isCached.js'
import { modelName, parseSource } from './parseSource.js'

/** @import { AbortError } from '../errors/AbortError.js' */
/** @import { FetchProgress } from './fetchFile.js' */
/** @import { CachedFile, ParsedSource } from './parseSource.js' */

/**
 * @typedef {object} ResolvedSource
 * @property {string} path the model file's absolute path (the first file's, of a split model)
 * @property {string[]} files the absolute paths of all its files
 * @property {string} name the catalog name, or the file's name without `.gguf`
 * @property {boolean} isCached whether it lies in the cache, where `realm rm` removes it
 * @property {string} [defaultSystem] the catalog's system message for chats that set none
 */

/**
 * Turns a model source into a file on disk. What the cache does not hold is fetched, each file's sources in order.
 *
 * @param {string | URL} source a catalog name, a path, `hf:owner/repo`, with `:TAG`, `/file` and `@revision` where wanted, or
 *   an address (https, http or file)
 * @param {object} [options]
 * @param {AbortSignal} [options.signal] stops a download; what was received stays and is resumed the next time
 * @param {(progress: FetchProgress) => void} [options.onProgress] hears of each step; not called for what is there
 * @param {boolean} [options.toRun] whether the engine must be able to run it, which its head tells before the rest is
 *   fetched; default true
 * @returns {Promise<ResolvedSource>}
 * @throws {RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `MODEL_NOT_FOUND`, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`,
 *   `UNSUPPORTED_ARCHITECTURE`, `UNSUPPORTED_TYPE`, `IO_ERROR`
 * @throws {AbortError}
 */
export async function resolveSource(source, { signal, onProgress, toRun = true } = {}) {
  throwIfAborted(signal)
  const { parsed, name, files } = await findFiles(source, { signal })
  if (parsed.kind === 'local') return { path: parsed.path, files: [parsed.path], name, isCached: false }
  for (const [i, file] of files.entries()) {
    if (await isCached(file)) continue
    if (toRun && parsed.kind === 'cached' && parsed.architecture)
      mustRunArchitecture(parsed.architecture, name)
    // Loaded here because most runs find the file in the cache.
    const { fetchFile } = await import('./fetchFile.js')
    const place = files.length > 1 ? { part: i + 1, parts: files.length } : undefined
    await fetchFile(file, { signal, onProgress, toRun: toRun ? name : undefined, place })
  }
  const paths = files.map(({ path }) => path)
  return { path: paths[0], files: paths, name, isCached: true, defaultSystem: parsed.defaultSystem }
}

/**
 * The files of a model, some of which may have to be fetched.
 *
 * @param {string | URL} source as of `resolveSource`
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<{ parsed: ParsedSource, name: string, files: CachedFile[] }>} files that the disk has elsewhere than in
 *   the cache have no sources
 * @throws {RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `MODEL_NOT_FOUND`, `DOWNLOAD_FAILED`, `IO_ERROR`
 */
export async function findFiles(source, { signal } = {}) {
  const parsed = parseSource(source)
  if (parsed.kind === 'local') {
    const { path, name } = parsed
    await mustExist(path, String(source))
    return { parsed, name, files: [{ path, sources: [] }] }
  }
  const files = parsed.kind === 'hub' ? await hubFiles(parsed.wish, signal) : parsed.files
  const name =
    parsed.kind === 'hub' && parsed.name === parsed.wish.repo ? modelName(files[0].path) : parsed.name
  return { parsed, name, files }
}

/**
 * @param {import('./parseSource.js').HubWish} wish
 * @param {AbortSignal} [signal]
 */
async function hubFiles(wish, signal) {
  const { selectHubFiles } = await import('./selectHubFiles.js')
  return selectHubFiles(wish, signal)
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
    const nearest = nearestName(source, names) ?? beginningWith(source, names)
    throw new RealmError(
      'FILE_NOT_FOUND',
      `No file at ${path}, and "${source}" is no name of the catalog, which "realm list" shows. ` +
        `Expected a name such as ${catalog.default}, a path of a GGUF file, hf:owner/repo:Q4_K_M or a URL.` +
        (nearest ? ` Did you mean ${nearest}?` : ''),
      { cause: error },
    )
  }
}

/**
 * Names that begin as a shortened one does, such as `qwen3`.
 *
 * @param {string} start
 * @param {string[]} names
 * @returns {string | undefined} undefined where there is none
 */
function beginningWith(start, names) {
  const found = names.filter((name) => name.startsWith(start.toLowerCase()))
  return found.length > 1 ? `one of ${found.join(', ')}` : found[0]
}
