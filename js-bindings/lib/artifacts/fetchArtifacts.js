import { basename } from 'node:path'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { isCached } from '../source/isCached.js'
import { artifactFile } from './artifactFile.js'
import { artifactsOf } from './artifactsOf.js'

/** @import { CachedFile } from '../source/parseSource.js' */
/** @import { FetchProgress } from '../source/fetchFile.js' */
/** @import { Artifact, ArtifactSet } from './artifactCatalog.js' */

/**
 * The jars of the named sets, each checked against its SHA-256 when it came. What Realm's cache does not hold is copied from
 * the local Maven repository, or fetched from Maven Central.
 *
 * @param {ArtifactSet[]} names
 * @param {object} [options]
 * @param {AbortSignal} [options.signal] stops a download; what was received stays and is resumed the next time
 * @param {(progress: FetchProgress) => void} [options.onProgress] hears of each step; not called for what is there
 * @param {boolean} [options.offline] whether only this machine is asked; default false
 * @param {{ artifacts: Artifact[] }} [options.catalog] where the sets are listed; default: the package's own list
 * @returns {Promise<string[]>} the paths of the jars, each once, in the order of the list
 * @throws {RealmError} `ADDON_NOT_FOUND` where a set is not made for this system, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`,
 *   `IO_ERROR`
 * @throws {AbortError}
 */
export async function fetchArtifacts(names, { signal, onProgress, offline, catalog } = {}) {
  if (signal?.aborted) throw new AbortError(signal.reason)
  const wanted = artifactsOf(names, catalog)
  const files = await Promise.all(wanted.map((artifact) => artifactFile(artifact, { offline })))
  for (const file of files) {
    if (await isCached(file)) continue
    if (file.sources.length === 0) throw notHere(file)
    // Loaded here because most runs find the files in the cache.
    const { fetchFile } = await import('../source/fetchFile.js')
    await fetchFile(file, { signal, onProgress })
  }
  return files.map(({ path }) => path)
}

/** @param {CachedFile} file */
function notHere({ path }) {
  return new RealmError(
    'DOWNLOAD_FAILED',
    `${basename(path)} is not on this machine: neither at ${path} nor in the local Maven repository. ` +
      'Fetch it once with the network allowed.',
  )
}
