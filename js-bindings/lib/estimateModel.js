import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { abortSignal, integerIn, invalidArgument, oneOf, urlOf } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { throwIfAborted } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'
import { isCached } from './source/isCached.js'
import { findFiles } from './source/resolveSource.js'

/** @import { CachedFile } from './source/parseSource.js' */
/** @import { EstimateOptions, ModelEstimate } from './types.d.ts' */

/** Contexts that the table has, of those that the model was trained for. */
const CONTEXTS = [2048, 8192, 32768, 131072]

/**
 * Tells how much memory a model will take, by what its file says before its weights. Nothing is loaded; of a file that is
 * not here only that is received, by ranges where the server sends them.
 *
 * @param {string | URL} source as `loadModel` takes it, but for bytes
 * @param {EstimateOptions} [options]
 * @returns {Promise<ModelEstimate>}
 * @throws {RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `MODEL_NOT_FOUND`, `IO_ERROR`, `DOWNLOAD_FAILED`, `GGUF_…`,
 *   `MODEL_INVALID`, `UNSUPPORTED_ARCHITECTURE` or `UNSUPPORTED_TYPE`; those of the engine, such as `JAVA_NOT_FOUND`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function estimateModel(source, options = {}) {
  const { signal, draft, ...wishes } = readOptions(
    options,
    {
      contextLength: integerIn({
        from: 1,
        to: 2 ** 31 - 1,
        advice: 'Leave it out for what the model was trained for.',
      }),
      kvCache: oneOf(['f16', 'q8_0', 'q4_0']),
      parallel: integerIn({ from: 1, to: 2 ** 31 - 1, advice: 'Default: 1.' }),
      draft: sourceText,
      signal: abortSignal,
    },
    { what: 'the options of estimateModel' },
  )
  throwIfAborted(signal)
  const own = await findFiles(sourceText(source, 'source'), { signal })
  const smaller = draft === undefined ? undefined : await findFiles(draft, { signal })
  const folder = await mkdtemp(join(tmpdir(), 'realm-estimate-'))
  try {
    const place = await placeOf(own.files, join(folder, 'model'), signal)
    const draftPlace = smaller && (await placeOf(smaller.files, join(folder, 'draft'), signal))
    const bridge = await startBridge()
    throwIfAborted(signal)
    const question = { contexts: CONTEXTS, parallel: 1, kvCache: 'f16', ...wishes }
    const args = { ...place, ...question, ...(draftPlace && { draft: draftPlace }) }
    return { name: own.name, ...(await bridge.open('estimate', args, { signal })) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Where the engine finds the heads of a model's files.
 *
 * @param {CachedFile[]} files
 * @param {string} received how the paths of those begin that have to be received
 * @param {AbortSignal} [signal]
 */
async function placeOf(files, received, signal) {
  const areHere = await Promise.all(files.map(isHere))
  if (areHere.every(Boolean)) return { path: files[0].path }
  const heads = await Promise.all(
    files.map((file, index) =>
      areHere[index] ? file.path : receiveHead(file, `${received}-${index}.gguf`, signal),
    ),
  )
  return { heads }
}

/** @param {CachedFile} file */
function isHere(file) {
  // What is no file of the cache has no sources.
  return file.sources.length === 0 || isCached(file)
}

/**
 * Receives the head of a file that is not here, from the first source that has it.
 *
 * @param {CachedFile} file
 * @param {string} path of the file that receives it
 * @param {AbortSignal} [signal]
 */
async function receiveHead(file, path, signal) {
  const addresses = file.sources.flatMap((source) => (source.type === 'url' ? [source.url] : []))
  if (addresses.length === 0) {
    throw new RealmError(
      'DOWNLOAD_FAILED',
      'source: it comes within packages, of which no part can be received alone. Fetch it first, with "realm pull".',
    )
  }
  // Loaded here because most files are in the cache, or a path.
  const { fetchHead } = await import('./source/fetchHead.js')
  for (const [index, address] of addresses.entries()) {
    try {
      await fetchHead(address, path, signal)
      break
    } catch (error) {
      const isFailure = error instanceof RealmError && error.code === 'DOWNLOAD_FAILED'
      if (!isFailure || index === addresses.length - 1) throw error
    }
  }
  return path
}

/**
 * @param {unknown} source
 * @param {string} name of the argument
 */
function sourceText(source, name) {
  const text = urlOf(source)?.href ?? source
  if (typeof text === 'string' && text !== '') return text
  throw invalidArgument(name, source, 'a name of the catalog, a path, hf:owner/repo, or a URL')
}
