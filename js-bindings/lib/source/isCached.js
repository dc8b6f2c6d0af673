import { stat } from 'node:fs/promises'
import { RealmError } from '../errors/RealmError.js'

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
