import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'

/** In a folder of a repository: which files each wish of it meant. */
export const SELECTION = '.selected.json'

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
