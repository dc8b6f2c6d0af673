import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, runProgram, SetupError } from './runProgram.js'

/**
 * Installs the npm packages that a package-lock.json names, if any of them is missing or of another version. It needs no
 * network if all are there.
 *
 * @param {string} [folder] of the lockfile, from the project's on; default: the project's own
 * @throws {SetupError} if npm fails
 */
export function installDependencies(folder = '.') {
  if (areInstalled(folder)) {
    return
  }
  console.log(`installing the npm packages of ${join(folder, 'package-lock.json')}`)
  const install = ['ci', '--prefix', folder, '--no-audit', '--no-fund']
  if (runProgram('npm', install, { ifMissing: 'it comes with Node' }) !== 0) {
    throw new SetupError(
      'npm ci failed: its messages are above; the npm registry has to be reachable this once',
    )
  }
}

/**
 * npm notes what it has installed in a lockfile of its own in node_modules.
 *
 * @param {string} folder
 */
function areInstalled(folder) {
  const note = join(projectRoot, folder, 'node_modules/.package-lock.json')
  if (!existsSync(note)) {
    return false
  }
  const installed = packagesOf(note)
  const wanted = packagesOf(join(projectRoot, folder, 'package-lock.json'))
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  )
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages
}
