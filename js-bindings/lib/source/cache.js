import { readdir, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { acquireLock } from './acquireLock.js'
import { catalog } from './catalog.js'

/**
 * A model in the cache.
 *
 * @typedef {object} CachedModel
 * @property {string} source what loads it: its catalog name, `hf:owner/repo/file`, or for what came from a URL its path
 * @property {string} path its file; of a split model the first one
 * @property {string[]} files all of its files
 * @property {number} size their bytes
 */

/** In a folder of a repository: which files each wish of it meant. */
export const SELECTION = '.selected.json'
/** A file's name, and what may stand beside it while it is fetched, by the ends of the names. */
const HELD = /^(?<file>.*?)(?:\.part|\.part\.json|\.part\.json\.new|\.copy|\.wheels)?$/s
/** The files of a split model, as every tool names them. */
const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/

/**
 * The user's home folder, as HOME or the system names it.
 *
 * @returns {string | undefined} undefined where there is none: no HOME, and a user whom the system's list does not have
 */
export function knownHome() {
  try {
    const folder = homedir()
    return isAbsolute(folder) ? folder : undefined
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ERR_SYSTEM_ERROR') return undefined
    throw error
  }
}

/**
 * The user's home folder.
 *
 * @throws {RealmError} `IO_ERROR` where there is none
 */
export function homeFolder() {
  const folder = knownHome()
  if (folder === undefined) {
    throw new RealmError(
      'IO_ERROR',
      'There is no home folder for the cache: HOME is no absolute path, and the system knows none of this user. ' +
        'Set XDG_CACHE_HOME to a folder that can be written.',
    )
  }
  return folder
}

/**
 * The folder of the user's caches: `$XDG_CACHE_HOME`, or `~/.cache` where that is unset or relative, as the XDG Base
 * Directory Specification says. It is the same on every platform.
 */
export function cacheHome() {
  const xdg = process.env.XDG_CACHE_HOME
  return xdg && isAbsolute(xdg) ? xdg : join(homeFolder(), '.cache')
}

/**
 * The folder of fetched files of a kind: `realm/models` or `realm/java` in the user's caches.
 *
 * @param {'models' | 'java'} [kind] models, or libraries of Java; default `models`
 * @returns {string} an absolute path; the folder may not exist yet
 */
export function cacheDirectory(kind = 'models') {
  return join(cacheHome(), 'realm', kind)
}

/**
 * Whether the cache holds a file: there, and of the right size where the size is known. Contents were checked when they
 * came, before they took this name.
 *
 * @param {{ path: string, size?: number }} file
 * @returns {Promise<boolean>}
 * @throws {RealmError} `IO_ERROR` where the cache cannot be read
 */
export async function isCached({ path, size }) {
  try {
    const found = await stat(path)
    return found.isFile() && (size === undefined || found.size === size)
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new RealmError('IO_ERROR', `The cache cannot be read: ${message}.`, { cause: error })
  }
}

/**
 * Whether the cache holds all files of a model.
 *
 * @param {{ path: string, size?: number }[]} files
 * @throws {RealmError} `IO_ERROR` where the cache cannot be read
 */
export async function areCached(files) {
  for (const file of files) if (!(await isCached(file))) return false
  return true
}

/**
 * The models in the cache, in the order of their paths; only such as are wholly there.
 *
 * @returns {Promise<CachedModel[]>}
 * @throws {RealmError} `IO_ERROR`
 */
export async function cachedModels() {
  const folder = cacheDirectory()
  const names = new Set((await cachedNames()).filter((file) => file.endsWith('.gguf')).sort())
  /** @type {CachedModel[]} */
  const models = []
  for (const name of names) {
    const files = filesOf(name)
    if (!files?.every((file) => names.has(file))) continue
    const entry = catalog.models.find(
      (model) => 'file' in model && join('catalog', model.name, model.file) === name,
    )
    const size = entry && 'size' in entry ? entry.size : undefined
    const paths = files.map((file) => join(folder, file))
    if (!(await isCached({ path: paths[0], size }))) continue
    models.push({ source: sourceOf(name), path: paths[0], files: paths, size: await sizeOf(paths) })
  }
  return models
}

/**
 * What is left in the cache of models that are not wholly there: of downloads that were broken off or still run, and files of
 * a wrong size. In the order of their paths.
 *
 * @returns {Promise<CachedModel[]>} `files` as `removeCached` takes them; `size` with what is beside them
 * @throws {RealmError} `IO_ERROR`
 */
export async function unfinishedModels() {
  const folder = cacheDirectory()
  const whole = new Set((await cachedModels()).flatMap(({ files }) => files))
  /** @type {Map<string, Set<string>>} the files of each model, by the name of its first one */
  const unfinished = new Map()
  for (const held of (await cachedNames()).sort()) {
    const name = HELD.exec(held)?.groups?.file
    if (!name?.endsWith('.gguf') || whole.has(join(folder, name))) continue
    const first = name.replace(SPLIT, '$1-00001-of-$3.gguf')
    unfinished.set(first, (unfinished.get(first) ?? new Set()).add(join(folder, name)))
  }
  return Promise.all(
    [...unfinished].map(async ([first, files]) => {
      const held = (await Promise.all([...files].map(heldOf))).flat()
      return {
        source: sourceOf(first),
        path: join(folder, first),
        files: [...files],
        size: await sizeOf(held),
      }
    }),
  )
}

/** @returns {Promise<string[]>} the paths of all that is in the cache of models, from its folder on */
async function cachedNames() {
  return readdir(cacheDirectory(), { recursive: true, encoding: 'utf8' }).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw new RealmError('IO_ERROR', `The model cache cannot be read: ${error.message}.`, { cause: error })
  })
}

/**
 * What loads a model of the cache.
 *
 * @param {string} name the path of its first file, from the cache's folder on
 */
function sourceOf(name) {
  const [origin, ...rest] = name.split(sep)
  if (origin === 'hf') return `hf:${readHubName(rest)}`
  const isOfCatalog = catalog.models.some(
    (model) => 'file' in model && join('catalog', model.name, model.file) === name,
  )
  return isOfCatalog ? rest[0] : join(cacheDirectory(), name)
}

/**
 * What the cache holds of a file: itself, and what is left of its downloads.
 *
 * @param {string} path its path in the cache
 * @returns {Promise<string[]>} absolute paths
 * @throws {RealmError} `IO_ERROR`
 */
export async function heldOf(path) {
  const names = await readdir(dirname(path)).catch((error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw unremovable(error)
  })
  const name = basename(path)
  return names
    .filter((held) => HELD.exec(held)?.groups?.file === name)
    .map((held) => join(dirname(path), held))
}

/**
 * Removes a model's files, what is left of their downloads, and the folders that are empty then. A download of it that
 * runs is waited for.
 *
 * @param {string[]} files absolute paths in the cache
 * @returns {Promise<number>} the bytes that were freed
 * @throws {RealmError} `IO_ERROR`
 */
export async function removeCached(files) {
  let freed = 0
  for (const path of files) {
    if ((await heldOf(path)).length === 0) continue
    try {
      const release = await acquireLock(`${path}.lock`)
      try {
        for (const held of await heldOf(path)) {
          freed += await sizeOf([held])
          await rm(held, { recursive: true })
        }
      } finally {
        await release()
      }
      await removeEmptyFolders(dirname(path))
    } catch (error) {
      throw unremovable(error)
    }
  }
  return freed
}

/** @param {unknown} error */
function unremovable(error) {
  const { message } = /** @type {Error} */ (error)
  return new RealmError('IO_ERROR', `The model cannot be removed from the cache: ${message}.`, {
    cause: error,
  })
}

/**
 * The files of the model whose first file has this name; undefined for another file of a split model.
 *
 * @param {string} name
 */
export function filesOf(name) {
  const split = SPLIT.exec(name)
  if (!split) return [name]
  const [, stem, number, count] = split
  if (Number(number) !== 1) return undefined
  return Array.from(
    { length: Number(count) },
    (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${count}.gguf`,
  )
}

/**
 * The source of a file of the hub by its path in the cache: `owner/repo@revision/file`, where the revision is encoded.
 *
 * @param {string[]} segments
 */
function readHubName([owner, repo, ...file]) {
  return [owner, repo.replace(/@.*$/, decodeURIComponent), ...file].join('/')
}

/** @param {string} folder */
async function removeEmptyFolders(folder) {
  const top = cacheDirectory() + sep
  for (let at = folder; at.startsWith(top); at = dirname(at)) {
    const left = await readdir(at)
    // Which files of a repository were chosen is of no use without them.
    if (left.some((name) => name !== SELECTION)) return
    await rm(at, { recursive: true })
  }
}

/**
 * The bytes of files, and of all files in folders. What a download has renamed or removed meanwhile counts as nothing.
 *
 * @param {string[]} paths
 */
async function sizeOf(paths) {
  let sum = 0
  for (const path of paths) {
    try {
      const found = await stat(path)
      sum += found.isDirectory()
        ? await sizeOf((await readdir(path)).map((name) => join(path, name)))
        : found.size
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
    }
  }
  return sum
}

/**
 * The bytes that a kind of fetched files takes on the disk, with whatever else is in its folder.
 *
 * @param {'models' | 'java'} kind
 * @throws {RealmError} `IO_ERROR`
 */
export async function cachedBytes(kind) {
  try {
    return await sizeOf([cacheDirectory(kind)])
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    throw new RealmError('IO_ERROR', `The cache cannot be read: ${message}.`, { cause: error })
  }
}
