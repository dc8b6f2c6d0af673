import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { PassingFailure, refusalOf } from './downloadUrl.js'
import { chosenFiles, hubEndpoint, hubFileUrl, hubFolder, keepChoice } from './hub.js'
import { areCached } from './isCached.js'
import { NetworkFailure, openUrl } from './openUrl.js'
import { isFileName } from './parseSource.js'
import { filesOf } from './splitModel.js'

/** @import { CachedFile, HubWish } from './parseSource.js' */

/**
 * A model file of a repository, as the hub states it.
 *
 * @typedef {object} HubFile
 * @property {string} path within the repository
 * @property {number} size bytes
 * @property {string} [sha256] of what is kept as a large file; small files have none
 */

/** A GGUF file of a repository that holds no model of its own: a projector of images, statistics of a quantization. */
const NO_MODEL = /(^|[-_.])mmproj|imatrix\.gguf$/i
/** How files name their quantization. */
const LABEL = /(?:UD-)?(?:I?Q\d(?:_[0-9A-Z]+)*|BF16|F16|F32|FP16|FP32|MXFP4(?:_MOE)?)(?=$|[-_.])/g
/** What is taken where no quantization was wished: the first of these that there is, else the first file. */
const PREFERRED = [
  ...['Q4_K_M', 'UD-Q4_K_M', 'UD-Q4_K_XL', 'Q4_K_L', 'Q4_K_S', 'Q4_K', 'Q4_1', 'Q4_0', 'Q4'],
  ...['Q5_K_M', 'Q5_K_S', 'Q5_1', 'Q5_0', 'Q6_K', 'Q8_0', 'F16', 'FP16', 'BF16', 'F32', 'FP32'],
  ...['Q3_K_L', 'Q3_K_M', 'Q3_K_S', 'Q2_K'],
]
const ATTEMPTS = 5
const PAUSE = 500

/**
 * The files that are meant by a wish, all parts of a split model. The hub is asked which there are, and its answer kept, so
 * that the files are found without it once they are in the cache.
 *
 * @param {HubWish} wish
 * @param {AbortSignal} [signal]
 * @returns {Promise<CachedFile[]>}
 * @throws {RealmError} `MODEL_NOT_FOUND` where the repository has no such file, `DOWNLOAD_FAILED` where the hub does not say
 * @throws {AbortError}
 */
export async function selectHubFiles(wish, signal) {
  const folder = hubFolder(wish)
  /** @param {HubFile} file */
  const toCached = ({ path, size, sha256 }) => ({
    path: join(folder, ...path.split('/')),
    size,
    sha256,
    sources: [{ type: /** @type {const} */ ('url'), url: hubFileUrl(wish, path) }],
  })
  const kept = await chosenFiles(wish)
  if (kept && (await areCached(kept))) return kept
  const files = chooseHubFiles(await listHubFiles(wish, signal), wish)
  await keepChoice(wish, files)
  return files.map(toCached)
}

/**
 * Chooses among a repository's files, as the hub does for other tools.
 *
 * @param {HubFile[]} files
 * @param {HubWish} wish
 * @returns {HubFile[]} all files of one model, in their order
 * @throws {RealmError} `MODEL_NOT_FOUND`
 */
export function chooseHubFiles(files, { owner, repo, file, tag }) {
  const byPath = new Map(files.map((found) => [found.path, found]))
  const models = files
    .filter(({ path }) => path.endsWith('.gguf') && !NO_MODEL.test(basename(path)))
    .filter(({ path }) => filesOf(path)?.every((part) => byPath.has(part)))
    .map(({ path }) => ({ path, label: labelOf(path) }))
    .sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
  const wanted = tag?.toUpperCase()
  const order = wanted === undefined ? PREFERRED : [wanted, `UD-${wanted}`]
  const found = file === undefined ? undefined : byPath.get(file)
  const chosen =
    file !== undefined
      ? found && { path: file }
      : (order.map((best) => models.find(({ label }) => label === best)).find(Boolean) ??
        (wanted === undefined ? models[0] : models.find(({ path }) => endsWithLabel(stemOf(path), wanted))))
  const parts = chosen && (filesOf(chosen.path) ?? [chosen.path])
  if (parts?.every((part) => byPath.has(part))) {
    return parts.map((part) => /** @type {HubFile} */ (byPath.get(part)))
  }
  const offers = models.map(({ path, label }) => (file === undefined ? label : path) ?? path)
  const expected =
    offers.length === 0
      ? 'it has no GGUF files; look for a repository of the model whose name ends with -GGUF'
      : `it has ${[...new Set(offers)].join(', ')}`
  const what = file ?? (tag === undefined ? 'model' : `file of the quantization ${tag}`)
  throw new RealmError('MODEL_NOT_FOUND', `hf:${owner}/${repo} has no ${what}: ${expected}.`)
}

/**
 * Asks the hub for a repository's files.
 *
 * @param {HubWish} wish
 * @param {AbortSignal} [signal]
 * @returns {Promise<HubFile[]>}
 */
async function listHubFiles({ owner, repo, revision }, signal) {
  // Loaded here because most runs find the files in the cache.
  const { listFiles } = await import('@huggingface/hub')
  /** @type {HubFile[]} */
  const files = []
  try {
    const listing = listFiles({
      repo: `${owner}/${repo}`,
      revision: encodeURIComponent(revision),
      recursive: true,
      hubUrl: hubEndpoint(),
      fetch: (url) => fetchPage(String(url), signal),
    })
    for await (const { type, path, size, lfs } of listing) {
      if (type !== 'file' || !path.split('/').every(isFileName)) continue
      files.push({ path, size: lfs?.size ?? size, sha256: lfs?.oid.replace(/^sha256:/, '') })
    }
  } catch (error) {
    if (signal?.aborted) throw new AbortError(signal.reason)
    const { message } = /** @type {Error} */ (error)
    throw new RealmError(
      'DOWNLOAD_FAILED',
      `${hubEndpoint()} does not list the files of ${owner}/${repo}: ${message}. ` +
        'Check the name and the network, or pass the path of a GGUF file as the model.',
      {
        cause: error,
      },
    )
  }
  return files
}

/**
 * A page of the hub's answer, with the patience that downloads have.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
async function fetchPage(url, signal) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await openUrl(url, { headers: { accept: 'application/json' }, signal })
      if (answer.status !== 200) {
        answer.close()
        throw refusalOf(answer)
      }
      /** @type {Buffer[]} */
      const chunks = []
      for await (const chunk of answer.read()) chunks.push(chunk)
      const { link } = answer.headers
      return new Response(Buffer.concat(chunks), link ? { headers: { link: String(link) } } : {})
    } catch (error) {
      const passing = error instanceof PassingFailure || (error instanceof NetworkFailure && attempt > 1)
      if (signal?.aborted || !passing || attempt === ATTEMPTS) throw error
      const asked = error instanceof PassingFailure ? (error.retryAfter ?? 0) : 0
      await delay(Math.max(PAUSE * 2 ** (attempt - 1), asked), undefined, { signal })
    }
  }
}

/**
 * What a file's name says of its quantization, last.
 *
 * @param {string} path
 * @returns {string | undefined}
 */
function labelOf(path) {
  return stemOf(path).match(LABEL)?.at(-1)
}

/** @param {string} path */
function stemOf(path) {
  return basename(path)
    .replace(/(-\d{5}-of-\d{5})?\.gguf$/, '')
    .toUpperCase()
}

/**
 * Whether a name ends with what is no common label, such as `IQ3_S-IMAT`.
 *
 * @param {string} stem
 * @param {string} label
 */
function endsWithLabel(stem, label) {
  return stem.endsWith(label) && /^$|[-_.]$/.test(stem.slice(0, -label.length))
}
