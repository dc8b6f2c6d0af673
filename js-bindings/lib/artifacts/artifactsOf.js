import { RealmError } from '../errors/RealmError.js'
import { artifactCatalog } from './artifactCatalog.js'

/** @import { Artifact, ArtifactSet } from './artifactCatalog.js' */

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
