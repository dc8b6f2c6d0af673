import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from './cacheFolders.js'
import { catalog } from './catalog.js'
import { fileOf, heldOf, sizeOf } from './heldFiles.js'
import { isCached } from './isCached.js'
import { filesOf, firstOf } from './splitModel.js'

/**
 * A model in the cache.
 *
 * @typedef {object} CachedModel
 * @property {string} source what loads it: its catalog name, `hf:owner/repo/file`, or for what came from a URL its path
 * @property {string} path its file; of a split model the first one
 * @property {string[]} files all of its files
 * @property {number} size their bytes
 */

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
    const name = fileOf(held)
    if (!name.endsWith('.gguf') || whole.has(join(folder, name))) continue
    const first = firstOf(name)
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
 * The source of a file of the hub by its path in the cache: `owner/repo@revision/file`, where the revision is encoded.
 *
 * @param {string[]} segments
 */
function readHubName([owner, repo, ...file]) {
  return [owner, repo.replace(/@.*$/, decodeURIComponent), ...file].join('/')
}
