import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fetchArtifacts } from '../artifacts/fetchArtifacts.js'
import { findEngine } from '../bridge/findEngine.js'
import { findJava } from '../bridge/findJava.js'
import { findKernels } from '../bridge/findKernels.js'
import { jvmOptions } from '../bridge/jvmOptions.js'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory } from '../source/cacheDirectory.js'
import { checkJavetJava } from './checkJavetJava.js'
import { javetScript } from './javetScript.js'

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
