import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from './cacheFolders.js'

/** A file's name, and what may stand beside it while it is fetched, by the ends of the names. */
const HELD = /^(?<file>.*?)(?:\.part|\.part\.json|\.part\.json\.new|\.copy|\.wheels)?$/s

/**
 * The name of the file that a file in the cache is, or belongs to while it is fetched.
 *
 * @param {string} held
 * @returns {string}
 */
export function fileOf(held) {
  return String(HELD.exec(held)?.groups?.file)
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
    throw unreadable(error)
  })
  const name = basename(path)
  return names.filter((held) => fileOf(held) === name).map((held) => join(dirname(path), held))
}

/**
 * The bytes of files, and of all files in folders. What a download has renamed or removed meanwhile counts as nothing.
 *
 * @param {string[]} paths
 */
export async function sizeOf(paths) {
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
    throw unreadable(error)
  }
}

/** @param {unknown} error */
function unreadable(error) {
  const { message } = /** @type {Error} */ (error)
  return new RealmError('IO_ERROR', `The cache cannot be read: ${message}.`, { cause: error })
}
