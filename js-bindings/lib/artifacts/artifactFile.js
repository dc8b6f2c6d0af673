import { homedir } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory } from '../source/cacheDirectory.js'
import { isCached } from '../source/isCached.js'

/** @import { FileSource } from '../source/catalog.js' */
/** @import { CachedFile } from '../source/parseSource.js' */
/** @import { Artifact } from './artifactCatalog.js' */

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
  const local = join(homedir(), '.m2', 'repository', ...segments)
  const repository = (process.env.REALM_MAVEN_REPOSITORY || CENTRAL).replace(/\/+$/, '')
  /** @type {FileSource[]} */
  const sources = offline ? [] : [{ type: 'url', url: `${repository}/${segments.join('/')}` }]
  if (await isCached({ path: local, size })) sources.unshift({ type: 'copy', path: local })
  return { path: join(cacheDirectory('java'), ...segments), format: 'jar', size, sha256, sources }
}
