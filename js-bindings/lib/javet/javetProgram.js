import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { artifactFile, artifactsOf, fetchArtifacts } from '../artifacts/fetchArtifacts.js'
import { findJava, readRelease } from '../bridge/findJava.js'
import { findEngine } from '../bridge/findRuntime.js'
import { jvmOptions } from '../bridge/jvmOptions.js'
import { findKernels } from '../bridge/nativeFiles.js'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from '../source/cacheFolders.js'
import { isCached } from '../source/isCached.js'

/** @import { FetchProgress } from '../source/fetchFile.js' */

/**
 * A program that runs scripts as `node` does, in a Node inside Java: what an app finds in `process.execPath`, so that the
 * programs that it forks run as it does. Javet is fetched if it is not there yet. The program is a file of the cache, named
 * by its content.
 *
 * @param {object} [options]
 * @param {AbortSignal} [options.signal]
 * @param {(progress: FetchProgress) => void} [options.onProgress] hears how Javet is fetched
 * @returns {Promise<string>} its path
 * @throws {RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` where there is no Javet for this system, `DOWNLOAD_FAILED`,
 *   `CHECKSUM_MISMATCH`, `IO_ERROR`
 */
export async function javetProgram({ signal, onProgress } = {}) {
  const java = findJava()
  checkJavetJava(java)
  const jars = await fetchArtifacts(['javet'], { signal, onProgress })
  const script = javetScript({
    java: join(java.home, 'bin', 'java'),
    options: jvmOptions({ classPath: [findEngine(), ...jars], kernels: findKernels() }),
  })
  const name = createHash('sha256').update(script).digest('hex').slice(0, 16)
  const path = join(cacheDirectory('java'), 'run', name, 'node')
  try {
    if ((await contentOf(path)) !== script) await write(path, script)
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    throw new RealmError('IO_ERROR', `The cache cannot be written: ${message}. XDG_CACHE_HOME moves it.`, {
      cause: error,
    })
  }
  return path
}

/** @param {string} path */
async function contentOf(path) {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * @param {string} path
 * @param {string} script
 */
async function write(path, script) {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, script, { mode: 0o755 })
  // At once: another process may be starting it.
  await rename(draft, path)
}

/**
 * Whether apps run in Javet here.
 *
 * @typedef {object} JavetState
 * @property {boolean} works whether this system and its Java can
 * @property {string | null} reason why they cannot
 * @property {boolean} cached whether all jars are in the cache; if not, the first run fetches them
 * @property {number} bytes of the jars
 */

/**
 * Looks whether apps run in Javet here; fetches nothing.
 *
 * @param {object} [ways] how things are looked for; default: as the program does
 * @param {typeof findJava} [ways.java]
 * @param {typeof artifactsOf} [ways.artifacts]
 * @returns {Promise<JavetState>}
 */
export async function javetState({ java = findJava, artifacts: jarsOf = artifactsOf } = {}) {
  try {
    checkJavetJava(java())
    const jars = jarsOf(['javet'])
    const files = await Promise.all(jars.map((jar) => artifactFile(jar, { offline: true })))
    const there = await Promise.all(files.map(isCached))
    const bytes = jars.reduce((sum, { size }) => sum + size, 0)
    return { works: true, reason: null, cached: there.every(Boolean), bytes }
  } catch (error) {
    if (!(error instanceof RealmError)) throw error
    return { works: false, reason: error.message, cached: false, bytes: 0 }
  }
}

/** What Javet uses of Java, beyond what the engine does. */
const MODULES = ['java.logging', 'java.management']

/**
 * Checks that a Java can run Javet.
 *
 * @param {import('../bridge/findJava.js').JavaRuntime} java
 * @throws {RealmError} `JAVA_NOT_FOUND` if it lacks modules
 */
export function checkJavetJava({ home, version }) {
  const release = readRelease(home)
  const has = typeof release === 'string' ? undefined : release.modules
  const lacking = MODULES.filter((module) => has !== undefined && !has.includes(module))
  if (lacking.length > 0) {
    throw new RealmError(
      'JAVA_NOT_FOUND',
      `Java ${version} at ${home} runs the engine, but Javet needs the modules ${lacking.join(' and ')} too. Set ` +
        'REALM_JAVA_HOME to a whole Java 25 (for instance Eclipse Temurin, https://adoptium.net).',
    )
  }
}

/**
 * A shell script that becomes Java with Node in it: same process, same descriptors, so signals, exit codes and channels of
 * `fork` need no help.
 *
 * @param {object} options
 * @param {string} options.java the program `java`
 * @param {string[]} options.options of its virtual machine
 * @returns {string}
 */
export function javetScript({ java, options }) {
  const command = [java, ...options].map(quote).join(' \\\n  ')
  return `#!/bin/sh
# Runs a script as node does, in a Node inside Java. "realm run" has written this file.

# Java takes the encoding of arguments and paths from the locale, if that is installed. The app gets back what it was.
case "$(locale charmap 2>/dev/null)" in
  UTF-8) ;;
  *) export REALM_RUN_LC_ALL="\${LC_ALL:-}" LC_ALL=C.UTF-8 ;;
esac

# Java warns of the incubator module before any class of ours runs. Until then, stderr goes through a filter, and stands
# ready under another number.
early="\${TMPDIR:-/tmp}/realm-run-$$"
mkfifo "$early" || exit 1
(grep -v '^WARNING: Using incubator modules: jdk.incubator.vector$' <"$early" >&2 &)
for stderr in 9 8 7 6 5 4 3; do
  [ -e "/proc/$$/fd/$stderr" ] || break
done
eval "exec $stderr>&2"
exec 2>"$early"
rm "$early"

exec ${command} \\
  -Drealm.run.execPath="$0" -Drealm.run.stderr="$stderr" ai.realm.bridge.javet.RunApp "$@"
`
}

/** @param {string} word */
function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`
}
