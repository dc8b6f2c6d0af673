import { readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from './cacheDirectory.js'
import { catalog } from './catalog.js'
import { isCached } from './isCached.js'

/**
 * A model file in the cache.
 *
 * @typedef {object} CachedModel
 * @property {string} source what loads it: its catalog name, `hf:owner/repo/file`, or for what came from a URL its path
 * @property {string} path
 * @property {number} size bytes
 */

/**
 * The model files in the cache, in the order of their paths; only such as are wholly there.
 *
 * @returns {Promise<CachedModel[]>}
 * @throws {RealmError} `IO_ERROR`
 */
export async function cachedModels() {
  const folder = cacheDirectory()
  const names = await readdir(folder, { recursive: true, encoding: 'utf8' }).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw new RealmError('IO_ERROR', `The model cache cannot be read: ${error.message}.`, { cause: error })
  })
  /** @type {CachedModel[]} */
  const models = []
  for (const name of names.filter((file) => file.endsWith('.gguf')).sort()) {
    const path = join(folder, name)
    const [origin, ...rest] = name.split(sep)
    const entry = catalog.models.find((model) => join('catalog', model.name, model.file) === name)
    if (!(await isCached({ path, size: entry?.size }))) continue
    const source = entry?.name ?? (origin === 'hf' ? `hf:${rest.join('/')}` : path)
    models.push({ source, path, size: (await stat(path)).size })
  }
  return models
}
