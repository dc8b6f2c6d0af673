import { createHash } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { urlOf } from '../arguments/checks.js'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from './cacheFolders.js'
import { catalog } from './catalog.js'
import { hubFileUrl } from './hub.js'
import { filesOf } from './splitModel.js'

/** @import { CatalogEntry, FileSource } from './catalog.js' */

/** @typedef {'GGUF' | 'jar'} FileFormat what a file is, which its first bytes tell */

/**
 * A file that belongs into the cache.
 *
 * @typedef {object} CachedFile
 * @property {string} path its absolute path in the cache
 * @property {FileFormat} [format] what it is; default `GGUF`
 * @property {FileSource[]} sources where it can come from, in order
 * @property {number} [size] its bytes, where they are known
 * @property {string} [sha256] its SHA-256 in lower-case hex, where it is known
 */

/**
 * What is wanted of a repository of Hugging Face: a file, or a quantization (the hub's own choice without one).
 *
 * @typedef {object} HubWish
 * @property {string} owner
 * @property {string} repo
 * @property {string} revision a branch, a tag or a commit
 * @property {string} [file] the path of a file within the repository
 * @property {string} [tag] a quantization, such as `Q4_K_M`, in any case
 */

/**
 * A source, understood: a file that must be there, files of the cache of which the engine opens the first, or what the hub
 * has to be asked for.
 *
 * @typedef {{ kind: 'local', name: string, path: string }
 *   | { kind: 'cached', name: string, files: CachedFile[], architecture?: string, defaultSystem?: string }
 *   | { kind: 'hub', name: string, wish: HubWish, defaultSystem?: string }} ParsedSource
 */

const EXPECTED =
  'a catalog name, a path, hf:owner/repo, hf:owner/repo:Q4_K_M, hf:owner/repo/file.gguf or a URL'
/** A repository, where a revision and a file may follow, or a tag; and a revision at the end. */
const HUB =
  /^(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)(?:@(?<at>[^/:#@]+))?(?:\/(?<file>[^:#@]+)|:(?<tag>[^/:#@]+))?(?:[#@](?<end>[^:#@]+))?$/

/**
 * Tells what a source means, without touching a disk or the network.
 *
 * @param {string | URL} source a catalog name, a path, `hf:owner/repo`, with `:TAG`, `/file` and `@revision` where wanted,
 *   or an address (https, http or file)
 * @returns {ParsedSource}
 * @throws {RealmError} `INVALID_ARGUMENT` where it is none of these
 */
export function parseSource(source) {
  const text = urlOf(source)?.href ?? source
  if (typeof text !== 'string' || text === '') {
    const received = text === '' ? 'an empty string' : typeof text
    throw new RealmError('INVALID_ARGUMENT', `The model source is ${received}; expected ${EXPECTED}.`)
  }
  const entry = catalog.models.find((model) => model.name === text)
  if (entry) return fromCatalog(entry)
  // Also as it stands on the hub's own pages, and as other tools take it.
  const hub = /^(?:hf:(?:\/\/)?|(?:https:\/\/)?(?:hf\.co|huggingface\.co)\/)(.*)$/i.exec(text)
  if (hub && !/^https:.*\/resolve\//.test(text)) return fromHub(hub[1], text)
  if (text.startsWith('file://')) return local(fileURLToPath(text))
  // Two letters at least: a single one is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]
  return scheme ? fromUrl(text, scheme.toLowerCase()) : local(text)
}

/**
 * @param {string} path
 * @returns {ParsedSource}
 */
function local(path) {
  return { kind: 'local', name: modelName(path), path: resolve(path) }
}

/**
 * @param {CatalogEntry} entry
 * @returns {ParsedSource}
 */
function fromCatalog(entry) {
  const { name, system: defaultSystem } = entry
  if ('hub' in entry)
    return { kind: 'hub', name, wish: parseWish(entry.hub.slice('hf:'.length), entry.hub), defaultSystem }
  const { file, size, sha256, architecture } = entry
  const sources = entry.sources.map((source) =>
    source.type === 'hub' ? urlOfHubFile(source.source) : source,
  )
  const path = join(cacheDirectory(), 'catalog', name, file)
  return { kind: 'cached', name, files: [{ path, size, sha256, sources }], architecture, defaultSystem }
}

/**
 * @param {string} source `hf:owner/repo/file`
 * @returns {FileSource}
 */
function urlOfHubFile(source) {
  const wish = parseWish(source.slice('hf:'.length), source)
  return { type: 'url', url: hubFileUrl(wish, String(wish.file)) }
}

/**
 * @param {string} rest what follows the name of the hub
 * @param {string} text the whole source
 * @returns {ParsedSource}
 */
function fromHub(rest, text) {
  // The address of a page: /owner/repo/tree/revision, /owner/repo/blob/revision/file.
  const page = /^([^/]+\/[^/]+)\/(?:tree|blob)\/([^/]+)(\/.*)?$/.exec(
    rest.replace(/[?].*$/, '').replace(/\/$/, ''),
  )
  const wish = parseWish(page ? `${page[1]}@${page[2]}${page[3] ?? ''}` : rest.replace(/\/$/, ''), text)
  return { kind: 'hub', name: wish.file === undefined ? wish.repo : modelName(wish.file), wish }
}

/**
 * @param {string} rest
 * @param {string} text the whole source, for the message
 * @returns {HubWish}
 */
function parseWish(rest, text) {
  const { owner, repo, at, file, tag, end } = HUB.exec(rest)?.groups ?? {}
  const segments = [owner, repo, ...(file ?? 'x').split('/')]
  if (owner === undefined || (at && end) || !segments.every(isFileName)) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `"${text}" names nothing of Hugging Face; expected hf:owner/repo, hf:owner/repo:TAG or hf:owner/repo/file.gguf, ` +
        'such as hf:bartowski/SmolLM2-360M-Instruct-GGUF:Q4_K_M, with @revision at the end where it is not "main".',
    )
  }
  // Other tools call the hub's own choice the tag "latest".
  return {
    owner,
    repo,
    revision: at ?? end ?? 'main',
    file,
    tag: /^latest$/i.test(tag ?? '') ? undefined : tag,
  }
}

/**
 * @param {string} text
 * @param {string} scheme
 * @returns {ParsedSource}
 */
function fromUrl(text, scheme) {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (scheme !== 'https' && scheme !== 'http')) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `"${text}" is no address that Realm can fetch from; expected https://host/path/file.gguf.`,
    )
  }
  if (url.username || url.password) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `The address at ${url.host} holds a user name or password; expected one without. ` +
        'Fetch the file with a tool that can log in, and pass its path.',
    )
  }
  url.hash = ''
  const key = createHash('sha256').update(url.href).digest('hex').slice(0, 16)
  const folder = join(cacheDirectory(), 'url', url.hostname.replace(/[^\w.-]/g, '_'), key)
  const [path, last] = /^(?:.*\/)?([^/]*)$/.exec(url.pathname) ?? ['', '']
  const files = (filesOf(last) ?? [last]).map((name) => {
    const address = new URL(url)
    address.pathname = path.slice(0, path.length - last.length) + name
    return {
      path: join(folder, fileName(name)),
      sources: [{ type: /** @type {const} */ ('url'), url: address.href }],
    }
  })
  return { kind: 'cached', name: modelName(files[0].path), files }
}

/**
 * A file name that every file system takes.
 *
 * @param {string} segment the last segment of an address's path
 */
function fileName(segment) {
  const name = segment.replace(/%20/g, ' ').replace(/[^\w. ()+-]/g, '_')
  return /^[. ]*$/.test(name) ? 'model.gguf' : name
}

/**
 * Whether a file system takes a name as it is, and as one name.
 *
 * @param {string} name
 */
export function isFileName(name) {
  return /^[^\p{Cc}/\\:*?"<>|]+$/u.test(name) && !/^[. ]*$/.test(name)
}

/** @param {string} path */
export function modelName(path) {
  return basename(path).replace(/(-00001-of-\d{5})?\.gguf$/i, '')
}
