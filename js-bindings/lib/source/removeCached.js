import { readdir, rm } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { acquireLock } from './acquireLock.js'
import { cacheDirectory, SELECTION } from './cacheFolders.js'
import { heldOf, sizeOf } from './heldFiles.js'

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
      const { message } = /** @type {Error} */ (error)
      throw new RealmError('IO_ERROR', `The model cannot be removed from the cache: ${message}.`, {
        cause: error,
      })
    }
  }
  return freed
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
