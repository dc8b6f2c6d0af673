import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

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
