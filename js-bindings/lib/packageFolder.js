import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NAME = 'realm-ai'

/**
 * The folder of this package, with its jar: around this file; else, where a bundler has put this code into another file,
 * the package that is installed where that file lies.
 *
 * @returns {string | undefined} undefined in a bundle from whose place no installed realm-ai is found
 */
export function packageFolder() {
  const here = thisFile()
  if (here === undefined) return undefined
  const around = fileURLToPath(new URL('../..', here))
  if (nameOf(around) === NAME) return around
  const installed = resolveFrom(here, `${NAME}/package.json`)
  return installed === undefined ? undefined : dirname(installed)
}

/** The address of the file that this code is in; bundles in CommonJS have no `import.meta.url`, but its path. */
export function thisFile() {
  if (typeof import.meta.url === 'string') return import.meta.url
  return typeof __filename === 'string' ? pathToFileURL(__filename).href : undefined
}

/**
 * The path of a file of a package, as programs at a place find it.
 *
 * @param {string} place the path or address of a file
 * @param {string} file such as `realm-ai/package.json`
 * @returns {string | undefined} undefined if there is no such package, or no such file in it
 */
export function resolveFrom(place, file) {
  try {
    return createRequire(place).resolve(file)
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined
    throw error
  }
}

/** @param {string} folder */
function nameOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name
  } catch {
    // Any other folder may hold anything, or nothing.
    return undefined
  }
}
