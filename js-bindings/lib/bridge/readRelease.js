import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What the `release` file of a Java runtime says of it.
 *
 * @typedef {object} JavaRelease
 * @property {string} version as the runtime writes it, such as `25.0.3`
 * @property {number} major the first number of the version
 * @property {string} [architecture] of the processor it is for, as Java writes it, such as `x86_64` or `aarch64`
 * @property {string[]} [modules] the names of its modules; some makers leave them out
 */

/**
 * Reads the `release` file of a Java runtime: no Java has to be run to know its version.
 *
 * @param {string} home the folder of the runtime
 * @returns {JavaRelease | undefined} undefined if there is no such file or it names no version
 */
export function readRelease(home) {
  const text = readIfPresent(join(home, 'release'))
  const lineOf = (/** @type {string} */ key) => new RegExp(`^${key}="(.*)"`, 'm').exec(text)?.[1]
  const version = lineOf('JAVA_VERSION')
  if (version === undefined) {
    return undefined
  }
  return {
    version,
    major: Number.parseInt(version, 10),
    architecture: lineOf('OS_ARCH'),
    modules: lineOf('MODULES')?.split(' '),
  }
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) {
      return ''
    }
    throw error
  }
}
