import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory, cacheHome, homeFolder, SELECTION } from './cacheFolders.js'
import { filesOf } from './splitModel.js'

/** @import { CachedFile, HubWish } from './parseSource.js' */

/**
 * The address of Hugging Face, or of the mirror that `HF_ENDPOINT` names, as in Hugging Face's own tools; without a slash
 * at its end.
 *
 * @returns {string}
 */
export function hubEndpoint() {
  return (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '')
}

/**
 * The address of a file of a repository.
 *
 * @param {{ owner: string, repo: string, revision: string }} repository
 * @param {string} file its path within the repository
 */
export function hubFileUrl({ owner, repo, revision }, file) {
  const path = file.split('/').map(encodeURIComponent).join('/')
  return `${hubEndpoint()}/${owner}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`
}

/**
 * The headers that only the hub's own addresses receive: the user's token.
 *
 * @param {URL} url
 * @returns {Record<string, string>}
 */
export function hubHeaders(url) {
  if (!url.href.startsWith(`${hubEndpoint()}/`)) return {}
  const token = hubToken()
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/**
 * The user's token, from where Hugging Face's own tools look for it: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, then the file
 * that `hf auth login` writes (`HF_TOKEN_PATH`, or `token` in `HF_HOME`, which is `huggingface` in the user's caches).
 *
 * @returns {string | undefined}
 */
export function hubToken() {
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH, HF_HOME } = process.env
  const given = (HF_TOKEN || HUGGING_FACE_HUB_TOKEN || '').trim()
  if (given !== '') return given
  const path = HF_TOKEN_PATH || join(HF_HOME || join(cacheHome(), 'huggingface'), 'token')
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homeFolder), 'utf8').trim() || undefined
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new RealmError('IO_ERROR', `The token of Hugging Face cannot be read: ${message}.`, {
      cause: error,
    })
  }
}

/**
 * What the hub says of its refusal in headers of its own, and what to do.
 *
 * @param {import('./openUrl.js').Answer} answer
 * @returns {string} a clause to add to the status; empty where it says nothing
 */
export function explainRefusal({ status, headers }) {
  const token = hubToken() === undefined ? 'give a token in HF_TOKEN, or log in with "hf auth login"' : ''
  switch (headers['x-error-code']) {
    case 'GatedRepo':
      return `; the model is gated: accept its terms on its page${token && `, and ${token}`}`
    case 'RepoNotFound':
      return `; there is no such repository, or it is private${token && `: ${token}`}`
    case 'RevisionNotFound':
      return '; the repository has no such revision'
    case 'EntryNotFound':
      return '; the repository has no such file'
    default:
      return (status === 401 || status === 403) && token
        ? `; a gated or private model of Hugging Face needs a token: ${token}`
        : ''
  }
}

/**
 * The folder of a repository's files in the cache.
 *
 * @param {HubWish} wish
 */
export function hubFolder({ owner, repo, revision }) {
  const suffix = revision === 'main' ? '' : `@${encodeURIComponent(revision)}`
  return join(cacheDirectory(), 'hf', owner, repo + suffix)
}

/**
 * The files that are meant by a wish, as far as this is known without the hub: they were chosen before, or are named. They
 * need not be in the cache.
 *
 * @param {HubWish} wish
 * @returns {Promise<CachedFile[] | undefined>}
 */
export async function chosenFiles(wish) {
  const folder = hubFolder(wish)
  // A file that was wished by its name needs no choice; it may have come another way.
  const named = wish.file === undefined ? undefined : (filesOf(wish.file) ?? [wish.file])
  const chosen = (await readChoices(folder))[keyOf(wish)] ?? named?.map((path) => ({ path, size: undefined }))
  return chosen?.map(({ path, size }) => ({ path: join(folder, ...path.split('/')), size, sources: [] }))
}

/**
 * Keeps which files were chosen for a wish.
 *
 * @param {HubWish} wish
 * @param {{ path: string, size: number }[]} files their paths within the repository
 * @throws {RealmError} `IO_ERROR`
 */
export async function keepChoice(wish, files) {
  const path = join(hubFolder(wish), SELECTION)
  const choices = { ...(await readChoices(dirname(path))), [keyOf(wish)]: files }
  try {
    await mkdir(dirname(path), { recursive: true })
    // By a name of its own: others may write at the same time.
    const draft = `${path}.${randomUUID()}`
    await writeFile(draft, JSON.stringify(choices))
    await rename(draft, path)
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    throw new RealmError(
      'IO_ERROR',
      `The cache cannot be written: ${message}. It must be writable and have room; XDG_CACHE_HOME moves it.`,
      { cause: error },
    )
  }
}

/** @param {HubWish} wish */
function keyOf({ file, tag }) {
  return file ?? tag?.toUpperCase() ?? ''
}

/**
 * @param {string} folder
 * @returns {Promise<Record<string, { path: string, size: number }[]>>}
 */
async function readChoices(folder) {
  try {
    return JSON.parse(await readFile(join(folder, SELECTION), 'utf8'))
  } catch {
    // None, or one that a crash cut off: the hub is asked again.
    return {}
  }
}
