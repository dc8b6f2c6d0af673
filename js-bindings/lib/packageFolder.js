import { readFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NAME = 'realm-ai'

/**
 * The folder of this package, with its jar: around this file; else, where a bundler has put this code into another file,
 * the package that is installed where that file, or the program that was started, lies: in a bundle of webpack, this file
 * is where it was when the bundle was made, and a program that is one file with its runtime is that file. The working folder is
 * not asked, which may be anybody's: code comes from there.
 *
 * @param {string | undefined} [here] the address of this file
 * @param {string | undefined} [program] the path of the program
 * @returns {string | undefined} undefined in a bundle from whose place no installed realm-ai is found
 */
export function packageFolder(here = thisFile(), program = process.argv[1]) {
  const around = here === undefined ? undefined : fileURLToPath(new URL('../..', here))
  if (around !== undefined && nameOf(around) === NAME) return unpacked(around)
  for (const place of [here, program, process.execPath]) {
    // The program is "-" where Node reads it from its input.
    if (place === undefined || !(place.startsWith('file:') || isAbsolute(place))) continue
    const installed = resolveFrom(place, `${NAME}/package.json`)
    if (installed !== undefined) return unpacked(dirname(installed))
  }
  return undefined
}

/**
 * The folder that other programs than JavaScript can read: Electron's apps lie in an archive, and what `asarUnpack` names is
 * in a folder beside it, too.
 *
 * @param {string} folder
 */
function unpacked(folder) {
  const beside = folder.replace(/\.asar(?=[\\/])/, '.asar.unpacked')
  return nameOf(beside) === NAME ? beside : folder
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
    return requireFrom(place).resolve(file)
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined
    throw error
  }
}

/**
 * Node's `require`, as a file at a place has it. By this name, which webpack does not know: it puts a function of its own, which
 * finds nothing, where a program imports `createRequire`.
 *
 * @param {string} place the path or address of a file
 */
export function requireFrom(place) {
  return nodeModule.createRequire(place)
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
