import { RealmError } from '../errors/RealmError.js'
import { findAddon } from './findAddon.js'
import { findEngine } from './findEngine.js'
import { findJava } from './findJava.js'
import { loadAddon } from './loadAddon.js'

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
 * @param {typeof findAddon} [ways.addonFile]
 * @param {typeof loadAddon} [ways.load]
 * @param {typeof findEngine} [ways.engine]
 * @returns {Runtime}
 * @throws {RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` or `JVM_START_FAILED`, by the first that is missing
 */
export function findRuntime({
  java: lookForJava = findJava,
  addonFile = findAddon,
  load = loadAddon,
  engine: lookForEngine = findEngine,
} = {}) {
  const java = looked(() => lookForJava())
  const file = looked(() => addonFile())
  const engine = looked(lookForEngine)
  const addon = 'error' in file ? file : looked(() => load(file.found))
  if (!('error' in java || 'error' in addon || 'error' in engine)) {
    return { java: java.found, addon: addon.found, engine: engine.found }
  }
  const errors = [java, addon, engine].flatMap((look) => ('error' in look ? [look.error] : []))
  const found = [
    'found' in java ? `Java ${java.found.version} at ${java.found.home}` : [],
    'found' in addon && 'found' in file ? `the addon ${file.found}` : [],
    'found' in engine ? `the engine ${engine.found}` : [],
  ].flat()
  const messages = errors.map(({ message }) => message)
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
