import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RealmError } from '../errors/RealmError.js'
import { packageFolder } from '../packageFolder.js'
import { explainMissing, explainTogether, isCheckout } from './explainMissing.js'
import { findAddon } from './findAddon.js'
import { findJava } from './findJava.js'

/**
 * All that the engine needs to start in this process.
 *
 * @typedef {object} Runtime
 * @property {import('./findJava.js').JavaRuntime} java
 * @property {import('./Bridge.js').Addon} addon loaded into this thread
 * @property {string} engine the path of its jar
 */

/**
 * Looks for all that the engine needs. Where something is missing, the one error says all that was searched and what was
 * found there, also of the things that are not missing: whoever mends it needs to know both.
 *
 * @param {object} [ways] how each is looked for; default: as the program does
 * @param {typeof findJava} [ways.java]
 * @param {typeof findAddon} [ways.addon]
 * @param {typeof findEngine} [ways.engine]
 * @returns {Runtime}
 * @throws {RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` or `JVM_START_FAILED`, by the first that is missing
 */
export function findRuntime({
  java: lookForJava = findJava,
  addon: lookForAddon = findAddon,
  engine: lookForEngine = findEngine,
} = {}) {
  const { explain, reasons } = explainTogether()
  const java = looked(() => lookForJava({ explain }))
  const addon = looked(() => lookForAddon({ explain }))
  const engine = looked(() => lookForEngine({ explain }))
  if (!('error' in java || 'error' in addon || 'error' in engine)) {
    return { java: java.found, addon: addon.found.addon, engine: engine.found }
  }
  const errors = [java, addon, engine].flatMap((look) => ('error' in look ? [look.error] : []))
  const found = [
    'found' in java ? `Java ${java.found.version} at ${java.found.home}` : [],
    'found' in addon ? `the addon ${addon.found.file}` : [],
    'found' in engine ? `the engine ${engine.found}` : [],
  ].flat()
  const messages = [...errors.map(({ message }) => message), ...reasons]
  if (found.length > 0) messages.push(`What was found: ${found.join('; ')}.`)
  throw new RealmError(errors[0].code, messages.join(' '), { cause: errors[0].cause })
}

/**
 * @template T
 * @param {() => T} look
 * @returns {{ found: T } | { error: RealmError }}
 */
function looked(look) {
  try {
    return { found: look() }
  } catch (error) {
    if (error instanceof RealmError) return { error }
    throw error
  }
}

/**
 * The path of the engine's jar, which comes with the package.
 *
 * @param {object} [options]
 * @param {string} [options.folder] the folder of realm-ai; default: where it is
 * @param {typeof explainMissing} [options.explain] says why it is missing in sources, or in a bundle; default: as the
 *   program does
 * @returns {string}
 * @throws {RealmError} `JVM_START_FAILED` if it is missing
 */
export function findEngine({ folder = packageFolder(), explain = explainMissing } = {}) {
  const jar = folder === undefined ? undefined : join(folder, 'js-bindings/build/realm-engine.jar')
  if (jar !== undefined && existsSync(jar)) return jar
  const isInstalled = folder !== undefined && !isCheckout(folder)
  const advice = isInstalled
    ? 'Install realm-ai again, or have whatever copies it take all of its files along.'
    : explain('addon')
  const where = jar === undefined ? 'no installed realm-ai was found' : `there is no ${jar}`
  throw new RealmError('JVM_START_FAILED', `The engine is missing: ${where}. ${advice}`.trim())
}
