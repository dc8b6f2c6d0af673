import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'

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

/** Folders whose entries are Java runtimes, on the systems that have such a folder. */
const FOLDERS = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  join(homedir(), '.sdkman/candidates/java'),
  join(homedir(), '.jdks'),
]

/**
 * A folder that may be a Java runtime, or a place that has none.
 *
 * @typedef {object} JavaHome
 * @property {string} place how a user knows the place, such as `JAVA_HOME`
 * @property {string} [home] the folder; undefined if the place names none
 */

/**
 * The places where a Java runtime is looked for, in the order of their rank.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Generator<JavaHome>}
 */
export function* javaHomes(env) {
  yield { place: 'REALM_JAVA_HOME', home: env.REALM_JAVA_HOME || undefined }
  const runtime = `@realm-ai/runtime-${process.platform}-${process.arch}`
  yield { place: `the package ${runtime}`, home: packageFolder(runtime) }
  yield { place: 'JAVA_HOME', home: env.JAVA_HOME || undefined }
  yield { place: 'java on the PATH', home: homeOfProgram(env.PATH ?? '') }
  for (const folder of FOLDERS) {
    yield* homesIn(folder)
  }
}

/** @param {string} name */
function packageFolder(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'MODULE_NOT_FOUND') {
      return undefined
    }
    throw error
  }
}

/**
 * The runtime that the program `java` belongs to: the PATH mostly has a link to it.
 *
 * @param {string} path
 */
function homeOfProgram(path) {
  const program = process.platform === 'win32' ? 'java.exe' : 'java'
  const files = path.split(delimiter).map((folder) => join(folder, program))
  const found = files.find((file) => existsSync(file))
  return found === undefined ? undefined : dirname(dirname(realpathSync(found)))
}

/** @param {string} folder */
function* homesIn(folder) {
  const entries = existsSync(folder) ? readdirSync(folder).sort() : []
  for (const entry of entries) {
    for (const home of [join(folder, entry), join(folder, entry, 'Contents/Home')]) {
      if (existsSync(join(home, 'release'))) {
        yield { place: folder, home }
      }
    }
  }
}

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
