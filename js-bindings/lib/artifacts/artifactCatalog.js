import { readFileSync } from 'node:fs'

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
 * The jars that Realm fetches when they are first needed. Each set has all that its members depend on.
 *
 * @type {{ artifacts: Artifact[] }}
 */
export const artifactCatalog = JSON.parse(
  readFileSync(new URL('../../catalog/artifacts.json', import.meta.url), 'utf8'),
)
