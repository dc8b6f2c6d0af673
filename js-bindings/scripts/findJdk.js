import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** The Java version that Realm is built with. */
const VERSION = '25'

/** Folders whose entries are JDKs, on the systems that have such a folder. */
const JDK_FOLDERS = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  join(homedir(), '.sdkman/candidates/java'),
  join(homedir(), '.jdks'),
]

/**
 * The folder of a JDK 25 with its compiler: `JAVA_HOME` if it is one, else that of the `javac` on the PATH, else the
 * first one in the usual places.
 *
 * @returns {string | undefined} undefined if there is none
 */
export function findJdk() {
  const candidates = [process.env.JAVA_HOME, ...onPath(), ...JDK_FOLDERS.flatMap(inFolder)]
  return candidates.find((home) => home !== undefined && isJdk(home))
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const compilers = folders.map((folder) => join(folder, 'javac')).filter((file) => existsSync(file))
  return compilers.map((file) => dirname(dirname(realpathSync(file))))
}

/** @param {string} folder */
function inFolder(folder) {
  const entries = existsSync(folder) ? readdirSync(folder).sort() : []
  return entries.flatMap((entry) => [join(folder, entry), join(folder, entry, 'Contents/Home')])
}

/**
 * The `release` file of a JDK names its version: no candidate has to be run.
 *
 * @param {string} home
 */
function isJdk(home) {
  const release = join(home, 'release')
  if (!existsSync(release) || !existsSync(join(home, 'bin/javac'))) {
    return false
  }
  return new RegExp(`^JAVA_VERSION="${VERSION}\\b`, 'm').test(readFileSync(release, 'utf8'))
}
