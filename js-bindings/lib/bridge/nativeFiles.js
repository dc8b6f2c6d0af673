import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageFolder, resolveFrom } from '../packageFolder.js'
import { platformName, thisPlatform } from './platforms.js'

/**
 * A place where a file for this system is looked for.
 *
 * @typedef {object} NativeFile
 * @property {string} place how a user knows the place
 * @property {string} [path] the file; undefined if it is not there
 * @property {string} problem why it is not there
 */

/**
 * The name of the package for this system.
 *
 * @param {'addon' | 'runtime'} kind
 * @param {string} [platform] default: that of this process
 */
export function packageName(kind, platform = platformName()) {
  return `@realm-ai/${kind}-${platform}`
}

/**
 * The folder of an installed package for this system.
 *
 * @param {'addon' | 'runtime'} kind
 * @param {object} [options]
 * @param {string} [options.folder] the folder of realm-ai, which depends on it; default: where it is
 * @param {string} [options.platform] the system's name; default: that of this process
 * @returns {string | undefined} undefined if it is not installed
 */
export function nativePackage(kind, { folder = packageFolder(), platform = platformName() } = {}) {
  if (folder === undefined) return undefined
  const manifest = resolveFrom(join(folder, 'package.json'), `${packageName(kind, platform)}/package.json`)
  return manifest === undefined ? undefined : dirname(manifest)
}

/**
 * The places of a file of the addon's package, in the order of their rank: what was built in the sources here, and the
 * installed package for this system.
 *
 * @param {'addon' | 'kernels'} file
 * @param {string} [folder] the folder of realm-ai; default: where it is
 * @returns {Generator<NativeFile>}
 */
export function* nativeFiles(file, folder = packageFolder()) {
  const platform = thisPlatform()
  if (platform === undefined || folder === undefined) return
  const name = platform[file]
  const built = join(folder, 'js-bindings/build', name)
  yield { place: built, path: existsSync(built) ? built : undefined, problem: 'nothing' }
  const place = `the package ${packageName('addon')}`
  const installed = nativePackage('addon', { folder })
  if (installed === undefined) {
    yield { place, problem: 'not installed' }
    return
  }
  const path = join(installed, name)
  const problem = `${installed} has no ${name}`
  yield { place, path: existsSync(path) ? path : undefined, problem }
}

/**
 * The path of the native kernels.
 *
 * @returns {string | undefined} undefined where there are none: the engine then computes with its Java kernels
 */
export function findKernels() {
  for (const { path } of nativeFiles('kernels')) if (path !== undefined) return path
  return undefined
}
