import { artifactFile } from '../artifacts/artifactFile.js'
import { artifactsOf } from '../artifacts/artifactsOf.js'
import { findJava } from '../bridge/findJava.js'
import { RealmError } from '../errors/RealmError.js'
import { isCached } from '../source/isCached.js'
import { checkJavetJava } from './checkJavetJava.js'

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
