import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The folder of fetched models: `realm/models` in `$XDG_CACHE_HOME`, or in `~/.cache` where that is unset or relative,
 * as the XDG Base Directory Specification says. It is the same on every platform.
 *
 * @returns {string} an absolute path; the folder may not exist yet
 */
export function cacheDirectory() {
  const xdg = process.env.XDG_CACHE_HOME
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'realm', 'models')
}
