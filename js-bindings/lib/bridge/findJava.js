import { accessSync, constants, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { knownHome } from '../source/cacheFolders.js'
import { explainMissing } from './explainMissing.js'
import { nativePackage, packageName } from './nativeFiles.js'
import { platforms, thisSystem } from './platforms.js'

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

/** npm's names of C libraries, by those of Java. */
const LIBCS = new Map([
  ['gnu', 'glibc'],
  ['musl', 'musl'],
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
 * The first Java runtime that the engine can run on: 25 or later, for this processor and C library, with the
 * module jdk.incubator.vector. It is looked for in `REALM_JAVA_HOME`, the installed package `@realm-ai/runtime-<platform>`,
 * `JAVA_HOME`, `java` on the `PATH`, and where systems keep their runtimes.
 *
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] the variables to look at; default: those of the process
 * @param {Iterable<JavaHome>} [options.homes] where to look, in this order; default: as above
 * @param {typeof explainMissing} [options.explain] says why there is no runtime package; default: as the program does
 * @returns {JavaRuntime}
 * @throws {RealmError} `JAVA_NOT_FOUND`, with each place and what was found there
 */
export function findJava({ env = process.env, homes = javaHomes(env), explain = explainMissing } = {}) {
  /** @type {string[]} */
  const searched = []
  for (const { place, home, problem = 'nothing' } of homes) {
    if (home === undefined) {
      searched.push(`${place}: ${problem}`)
      continue
    }
    const found = examine(home)
    if (typeof found !== 'string') {
      return found
    }
    searched.push(`${place}: ${found}`)
  }
  const why = explain('runtime')
  throw new RealmError(
    'JAVA_NOT_FOUND',
    [
      `No Java ${OLDEST} or later was found. Searched, in this order: ${searched.join('; ')}.`,
      ...(why === '' ? [] : [why]),
      `${why === '' ? 'Install' : 'Or install'} a Java ${OLDEST} runtime (for instance Eclipse Temurin, ` +
        'https://adoptium.net), or set REALM_JAVA_HOME to the folder of one.',
    ].join(' '),
  )
}

/**
 * @param {string} home
 * @returns {JavaRuntime | string} the runtime, or why it is none that fits
 */
function examine(home) {
  const release = readRelease(home)
  if (typeof release === 'string') {
    return release
  }
  const { version, major, architecture, libc, modules } = release
  const what = `Java ${version} at ${home}`
  if (!(major >= OLDEST)) {
    return `${what}, ${OLDEST} or later is needed`
  }
  if (architecture !== undefined && (ARCHITECTURES.get(architecture) ?? architecture) !== process.arch) {
    return `${what} is for ${architecture}, this Node is for ${process.arch}`
  }
  const own = thisSystem().libc
  if (libc !== undefined && own !== undefined && (LIBCS.get(libc) ?? libc) !== own) {
    return `${what} is linked with ${LIBCS.get(libc) ?? libc}, this Node with ${own}`
  }
  if (modules !== undefined && !modules.includes(VECTOR_MODULE)) {
    return `${what} lacks the module ${VECTOR_MODULE}`
  }
  const libjvm = join(home, libraryPath())
  const obstacle = obstacleTo(libjvm)
  if (obstacle === undefined) {
    return { home, version, libjvm }
  }
  return isAbsence(obstacle)
    ? `${what} has no ${libraryPath()}`
    : `${what}: its ${libraryPath()} cannot be read (${obstacle})`
}

function libraryPath() {
  const { os } = thisSystem()
  return (platforms.find((platform) => platform.os === os) ?? platforms[0]).libjvm
}

/** Folders whose entries are Java runtimes, on the systems that have such a folder. */
const FOLDERS = ['/usr/lib/jvm', '/usr/java', '/opt', '/opt/java', '/Library/Java/JavaVirtualMachines']

/** Such folders in a user's home. */
const FOLDERS_AT_HOME = ['.sdkman/candidates/java', '.jdks']

/**
 * A folder that may be a Java runtime, or a place that has none.
 *
 * @typedef {object} JavaHome
 * @property {string} place how a user knows the place, such as `JAVA_HOME`
 * @property {string} [home] the folder; undefined if the place names none
 * @property {string} [problem] why it names none, if not because nothing is there
 */

/**
 * The places where a Java runtime is looked for, in the order of their rank.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Generator<JavaHome>}
 */
export function* javaHomes(env) {
  yield { place: 'REALM_JAVA_HOME', home: env.REALM_JAVA_HOME || undefined }
  yield { place: `the package ${packageName('runtime')}`, ...homeOfPackage() }
  yield { place: 'JAVA_HOME', home: env.JAVA_HOME || undefined }
  yield { place: 'java on the PATH', ...homeOfProgram(env.PATH ?? '') }
  const user = knownHome()
  const atHome = user === undefined ? [] : FOLDERS_AT_HOME.map((folder) => join(user, folder))
  for (const folder of [...FOLDERS, ...atHome]) {
    yield* homesIn(folder)
  }
}

/** @returns {Omit<JavaHome, 'place'>} */
function homeOfPackage() {
  const folder = nativePackage('runtime')
  return folder === undefined ? { problem: 'not installed' } : { home: join(folder, 'java') }
}

/**
 * The runtime that the program `java` belongs to: the PATH mostly has a link to it.
 *
 * @param {string} path
 * @returns {Omit<JavaHome, 'place'>}
 */
function homeOfProgram(path) {
  const program = process.platform === 'win32' ? 'java.exe' : 'java'
  let problem
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program)
    const obstacle = obstacleTo(file, constants.F_OK)
    if (obstacle === undefined) return { home: dirname(dirname(realpathSync(file))) }
    if (!isAbsence(obstacle)) problem ??= `${file} cannot be looked at (${obstacle})`
  }
  return { problem }
}

/**
 * @param {string} folder
 * @returns {Generator<JavaHome>}
 */
function* homesIn(folder) {
  /** @type {string[]} */
  let entries = []
  try {
    entries = readdirSync(folder).sort()
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (!isAbsence(code)) yield { place: folder, problem: `it cannot be read (${code})` }
  }
  for (const entry of entries) {
    for (const home of [join(folder, entry), join(folder, entry, 'Contents/Home')]) {
      if (!isAbsence(obstacleTo(join(home, 'release')))) {
        yield { place: folder, home }
      }
    }
  }
}

/**
 * What keeps this process from a file, as the system names it; undefined if nothing does.
 *
 * @param {string} file
 * @param {number} [mode] what it is to be used for; default: to be read
 */
function obstacleTo(file, mode = constants.R_OK) {
  try {
    accessSync(file, mode)
    return undefined
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code
  }
}

/**
 * Whether an error of the system says that there is no such file.
 *
 * @param {string | undefined} code
 */
function isAbsence(code) {
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * What the `release` file of a Java runtime says of it.
 *
 * @typedef {object} JavaRelease
 * @property {string} version as the runtime writes it, such as `25.0.3`
 * @property {number} major the first number of the version
 * @property {string} [architecture] of the processor it is for, as Java writes it, such as `x86_64` or `aarch64`
 * @property {string} [libc] the C library that it is linked with, as Java writes it: `gnu` or `musl`; on Linux alone
 * @property {string[]} [modules] the names of its modules; some makers leave them out
 */

/**
 * Reads the `release` file of a Java runtime: no Java has to be run to know its version.
 *
 * @param {string} home the folder of the runtime
 * @returns {JavaRelease | string} what it says, or why it says nothing
 */
export function readRelease(home) {
  let text = ''
  try {
    text = readFileSync(join(home, 'release'), 'utf8')
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (!isAbsence(code)) return `${home} cannot be read (${code})`
  }
  const lineOf = (/** @type {string} */ key) => new RegExp(`^${key}="(.*)"`, 'm').exec(text)?.[1]
  const version = lineOf('JAVA_VERSION')
  if (version === undefined) {
    return `${home} is no Java runtime (it has no file "release" with a version)`
  }
  return {
    version,
    major: Number.parseInt(version, 10),
    architecture: lineOf('OS_ARCH'),
    libc: /^(gnu|musl)$/.exec(lineOf('LIBC') ?? '')?.[0],
    modules: lineOf('MODULES')?.split(' '),
  }
}
