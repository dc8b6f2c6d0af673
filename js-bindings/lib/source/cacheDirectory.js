import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The folder of fetched files of a kind: `realm/models` or `realm/java` in `$XDG_CACHE_HOME`, or in `~/.cache` where that is unset or relative,
 * as the XDG Base Directory Specification says. It is the same on every platform.
 *
 * @param {'models' | 'java'} [kind] models, or libraries of Java; default `models`
 * @returns {string} an absolute path; the folder may not exist yet
 */
export function cacheDirectory(kind = 'models') {
  const xdg = process.env.XDG_CACHE_HOME
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'realm', kind)
}
