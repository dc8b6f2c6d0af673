import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'

/**
 * The folder of fetched files of a kind: `realm/models` or `realm/java` in `$XDG_CACHE_HOME`, or in `~/.cache` where that is unset or relative,
 * as the XDG Base Directory Specification says. It is the same on every platform.
 *
 * @param {'models' | 'java'} [kind] models, or libraries of Java; default `models`
 * @returns {string} an absolute path; the folder may not exist yet
 * @throws {RealmError} `IO_ERROR` where the user has no home, as in some containers, and `XDG_CACHE_HOME` is not set
 */
export function cacheDirectory(kind = 'models') {
  const xdg = process.env.XDG_CACHE_HOME
  return join(xdg && isAbsolute(xdg) ? xdg : join(home(), '.cache'), 'realm', kind)
}

function home() {
  const folder = homeFolder()
  if (folder === undefined) {
    throw new RealmError(
      'IO_ERROR',
      'There is no place for the cache: the user of this process has no home folder. Set HOME or XDG_CACHE_HOME to an ' +
        'absolute path.',
    )
  }
  return folder
}

/**
 * The home folder of the user, as HOME or the system names it.
 *
 * @returns {string | undefined} undefined where there is none: a user without an entry in the system's list, and no HOME
 */
export function homeFolder() {
  try {
    const folder = homedir()
    return isAbsolute(folder) ? folder : undefined
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ERR_SYSTEM_ERROR') return undefined
    throw error
  }
}
