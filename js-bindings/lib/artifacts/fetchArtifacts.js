import { basename, join } from 'node:path'
import { artifactCatalog } from '../catalog/artifacts.js'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { cacheDirectory, knownHome } from '../source/cacheFolders.js'
import { isCached } from '../source/isCached.js'

/** @import { FileSource } from '../source/catalog.js' */
/** @import { CachedFile } from '../source/parseSource.js' */
/** @import { FetchProgress } from '../source/fetchFile.js' */

/** @typedef {'javet' | 'graaljs' | 'graalwasm'} ArtifactSet jars that are used together */

/**
 * A jar of Maven Central that is no part of the package, since most programs do without it.
 *
 * @typedef {object} Artifact
 * @property {string} group such as `org.graalvm.js`
 * @property {string} artifact such as `js-language`
 * @property {string} version the exact version
 * @property {string} [platform] the only system that it is for, such as `linux-x64`, as Node names it; default: any
 * @property {ArtifactSet[]} sets the sets that it belongs to
 * @property {number} size bytes
 * @property {string} sha256 64 lower-case hex digits
 */

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

/**
 * The jars of the named sets that are for this system.
 *
 * @param {ArtifactSet[]} names
 * @param {{ artifacts: Artifact[] }} [catalog] where the sets are listed; default: the package's own list
 * @returns {Artifact[]} each once, in the order of the list
 * @throws {RealmError} `ADDON_NOT_FOUND` where a set is not made for this system
 */
export function artifactsOf(names, { artifacts } = artifactCatalog) {
  for (const name of names) mustBeForThisSystem(name, artifacts)
  return artifacts.filter(
    (artifact) => isForThisSystem(artifact) && artifact.sets.some((set) => names.includes(set)),
  )
}

/** @param {Artifact} artifact */
function isForThisSystem({ platform }) {
  return platform === undefined || platform === `${process.platform}-${process.arch}`
}

/**
 * @param {ArtifactSet} name
 * @param {Artifact[]} artifacts
 */
function mustBeForThisSystem(name, artifacts) {
  const bound = artifacts.filter(({ sets, platform }) => sets.includes(name) && platform !== undefined)
  if (bound.length > 0 && !bound.some(isForThisSystem)) {
    throw new RealmError(
      'ADDON_NOT_FOUND',
      `The set ${name} is not made for ${process.platform}-${process.arch}, only for ` +
        `${bound.map(({ platform }) => platform).join(', ')}: run the program there, or do without ${name}.`,
    )
  }
}

const CENTRAL = 'https://repo1.maven.org/maven2'

/**
 * Where a jar lies in the cache and where it can come from: the local Maven repository (`~/.m2/repository`), if it has a
 * file of the right size, then Maven Central, or the repository that `REALM_MAVEN_REPOSITORY` names in its place.
 *
 * @param {Artifact} artifact
 * @param {object} [options]
 * @param {boolean} [options.offline] whether only this machine is asked; default false
 * @returns {Promise<CachedFile>}
 */
export async function artifactFile({ group, artifact, version, size, sha256 }, { offline = false } = {}) {
  // The layout of Maven's repositories.
  const segments = [...group.split('.'), artifact, version, `${artifact}-${version}.jar`]
  const user = knownHome()
  const local = user === undefined ? undefined : join(user, '.m2', 'repository', ...segments)
  const repository = (process.env.REALM_MAVEN_REPOSITORY || CENTRAL).replace(/\/+$/, '')
  /** @type {FileSource[]} */
  const sources = offline ? [] : [{ type: 'url', url: `${repository}/${segments.join('/')}` }]
  if (local !== undefined && (await isCached({ path: local, size }))) {
    sources.unshift({ type: 'copy', path: local })
  }
  return { path: join(cacheDirectory('java'), ...segments), format: 'jar', size, sha256, sources }
}
