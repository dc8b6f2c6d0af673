import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { platformName } from '../../lib/bridge/platforms.js'
import { findJdk } from '../runMaven.js'
import { SetupError } from '../runProgram.js'

/** Node's and npm's names, by those of Java. */
const SYSTEMS = new Map([
  ['Linux', 'linux'],
  ['Darwin', 'darwin'],
  ['Windows', 'win32'],
])
const PROCESSORS = new Map([
  ['x86_64', 'x64'],
  ['amd64', 'x64'],
  ['aarch64', 'arm64'],
  ['arm64', 'arm64'],
])

/**
 * A JDK 25 that a runtime is linked from.
 *
 * @typedef {object} Jdk
 * @property {string} home its folder
 * @property {Record<string, string>} release what its file `release` says, by keys such as `JAVA_VERSION`
 */

/**
 * The JDKs to link runtimes from, by the names of the systems that they are for: those that were given, and the one that
 * builds the engine, for this system.
 *
 * @param {string[]} given folders
 * @returns {Map<string, Jdk>}
 * @throws {SetupError} if one that was given is no JDK 25
 */
export function findJdks(given) {
  const jdks = [findJdk(), ...given].map(readJdk)
  return new Map(jdks.map((jdk) => [systemOf(jdk), jdk]))
}

/**
 * @param {string} home
 * @returns {Jdk}
 */
function readJdk(home) {
  let text = ''
  try {
    text = readFileSync(join(home, 'release'), 'utf8')
  } catch (error) {
    throw new SetupError(`${home} is no JDK: ${/** @type {Error} */ (error).message}`)
  }
  const release = Object.fromEntries(
    [...text.matchAll(/^(\w+)="(.*)"\r?$/gm)].map(([, key, value]) => [key, value]),
  )
  if (!release.JAVA_VERSION?.startsWith('25')) {
    throw new SetupError(`${home} is Java ${release.JAVA_VERSION}; expected a JDK 25`)
  }
  return { home, release }
}

/** @param {Jdk} jdk */
function systemOf({ release }) {
  const { OS_NAME, OS_ARCH, LIBC } = release
  return platformName({
    os: SYSTEMS.get(OS_NAME) ?? OS_NAME,
    cpu: PROCESSORS.get(OS_ARCH) ?? OS_ARCH,
    libc: LIBC === 'musl' ? 'musl' : 'glibc',
  })
}
