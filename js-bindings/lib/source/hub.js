import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { cacheHome, homeFolder } from './cache.js'

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
