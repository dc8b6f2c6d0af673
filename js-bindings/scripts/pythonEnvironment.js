import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../lib/source/cacheFolders.js'
import { SetupError } from './runProgram.js'

/** The folder of what builds and tests keep from one run to the next. */
export const testCache = join(dirname(cacheDirectory()), 'test')

/**
 * A Python that has some packages: an environment in Realm's cache, where pip installs them the first time.
 *
 * @param {string[]} packages each with its version, such as `numpy==2.3.5`
 * @param {(line: string) => void} log is told of an installation
 * @returns {string} its program
 * @throws {SetupError} if there is no Python, or pip cannot install them
 */
export function pythonWith(packages, log) {
  const version = run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
  if (version === undefined) {
    throw new SetupError(
      'python3 is not on the PATH: install Python 3.11 or newer (Debian: apt-get install python3-venv)',
    )
  }
  const [major, minor] = version.split('.').map(Number)
  if (major !== 3 || minor < 11) {
    throw new SetupError(`python3 is Python ${version}; expected 3.11 or newer`)
  }
  const hash = createHash('sha256')
    .update([version, ...packages].join('\n'))
    .digest('hex')
  const folder = join(testCache, `python-${hash.slice(0, 16)}`)
  if (!existsSync(folder)) install(folder, packages, log)
  return join(folder, 'bin/python')
}

/**
 * Its name is taken at the end, so that an installation that fails starts again.
 *
 * @param {string} folder
 * @param {string[]} packages
 * @param {(line: string) => void} log
 */
function install(folder, packages, log) {
  log(`installing the Python packages ${packages.join(', ')} into ${folder}`)
  const partial = `${folder}.partial-${process.pid}`
  mkdirSync(testCache, { recursive: true })
  try {
    // Its programs are run by name from the folder that it ends in, where only those are used that know no path.
    mustRun(
      'python3',
      ['-m', 'venv', partial],
      'install the module venv (Debian: apt-get install python3-venv)',
    )
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
    const what = 'the package index that pip is set to has to be reachable this once'
    mustRun(join(partial, 'bin/python'), [...pip, ...packages], what)
    // Another run may have been as far as this one.
    if (!existsSync(folder)) renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {string | undefined} what it printed; undefined if it could not be started
 */
function run(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} advice
 */
function mustRun(program, args, advice) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) {
    const last = `${stdout}${stderr}`.trim().split('\n').at(-1)
    throw new SetupError(`${program} ${args.slice(0, 3).join(' ')} failed: ${last}; ${advice}`)
  }
}
