import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { javaHomes } from './javaHomes.js'
import { readRelease } from './readRelease.js'

/** @import { JavaHome } from './javaHomes.js' */

/** The oldest Java that runs the engine. */
const OLDEST = 25

/** The engine's arithmetic is written in this module. */
const VECTOR_MODULE = 'jdk.incubator.vector'

/** Node's names of processors, by those of Java. */
const ARCHITECTURES = new Map([
  ['amd64', 'x64'],
  ['x86_64', 'x64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
])

/**
 * A Java runtime that the engine can run on.
 *
 * @typedef {object} JavaRuntime
 * @property {string} home its folder
 * @property {string} version such as `25.0.3`
 * @property {string} libjvm the path of its virtual machine's library
 */

/**
 * The first Java runtime that the engine can run on: 25 or later, for this processor, with the module
 * jdk.incubator.vector. It is looked for in `REALM_JAVA_HOME`, the installed package
 * `@realm-ai/runtime-<platform>-<arch>`, `JAVA_HOME`, `java` on the `PATH`, and where systems keep their runtimes.
 *
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] the variables to look at; default: those of the process
 * @param {Iterable<JavaHome>} [options.homes] where to look, in this order; default: as above
 * @returns {JavaRuntime}
 * @throws {RealmError} `JAVA_NOT_FOUND`, with each place and what was found there
 */
export function findJava({ env = process.env, homes = javaHomes(env) } = {}) {
  /** @type {string[]} */
  const searched = []
  for (const { place, home } of homes) {
    if (home === undefined) {
      searched.push(`${place}: nothing`)
      continue
    }
    const found = examine(home)
    if (typeof found !== 'string') {
      return found
    }
    searched.push(`${place}: ${found}`)
  }
  throw new RealmError(
    'JAVA_NOT_FOUND',
    `No Java ${OLDEST} or later was found. Searched, in this order: ${searched.join('; ')}. Install a Java ${OLDEST} ` +
      'runtime (for instance Eclipse Temurin, https://adoptium.net), or set REALM_JAVA_HOME to the folder of one.',
  )
}

/**
 * @param {string} home
 * @returns {JavaRuntime | string} the runtime, or why it is none that fits
 */
function examine(home) {
  const release = readRelease(home)
  if (release === undefined) {
    return `${home} is no Java runtime (it has no file "release" with a version)`
  }
  const { version, major, architecture, modules } = release
  const what = `Java ${version} at ${home}`
  if (!(major >= OLDEST)) {
    return `${what}, ${OLDEST} or later is needed`
  }
  if (architecture !== undefined && (ARCHITECTURES.get(architecture) ?? architecture) !== process.arch) {
    return `${what} is for ${architecture}, this Node is for ${process.arch}`
  }
  if (modules !== undefined && !modules.includes(VECTOR_MODULE)) {
    return `${what} lacks the module ${VECTOR_MODULE}`
  }
  const libjvm = join(home, libraryPath())
  return existsSync(libjvm) ? { home, version, libjvm } : `${what} has no ${libraryPath()}`
}

function libraryPath() {
  switch (process.platform) {
    case 'win32':
      return 'bin\\server\\jvm.dll'
    case 'darwin':
      return 'lib/server/libjvm.dylib'
    default:
      return 'lib/server/libjvm.so'
  }
}
