import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { RealmError } from '../errors/RealmError.js'
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

const BUILT = fileURLToPath(new URL('../../build/realm.node', import.meta.url))

/**
 * The path of the addon for this system: the one that was built here, else that of the installed package
 * `@realm-ai/addon-<platform>-<arch>`.
 *
 * @param {object} [options]
 * @param {string} [options.built] where a build puts it; default: in this package
 * @returns {string}
 * @throws {RealmError} `ADDON_NOT_FOUND`, with the places that were searched
 */
export function findAddon({ built = BUILT } = {}) {
  if (existsSync(built)) {
    return built
  }
  const name = `@realm-ai/addon-${process.platform}-${process.arch}`
  try {
    return createRequire(import.meta.url).resolve(`${name}/realm.node`)
  } catch (error) {
    throw new RealmError(
      'ADDON_NOT_FOUND',
      `The addon for ${process.platform} on ${process.arch} was not found. Searched: ${built}; the package ${name}. ` +
        'Run "npm run build" in the sources of realm-ai, or install it from a build for this system.',
      { cause: error },
    )
  }
}

/**
 * Loads the addon into this thread.
 *
 * @param {string} file its path
 * @returns {import('./Bridge.js').Addon}
 * @throws {RealmError} `ADDON_NOT_FOUND` if the system refuses it, with the system's reason
 */
export function loadAddon(file) {
  try {
    return createRequire(import.meta.url)(file)
  } catch (error) {
    const reason = /** @type {Error} */ (error).message
    throw new RealmError(
      'ADDON_NOT_FOUND',
      `The addon ${file} does not load on this ${process.platform} system (${process.arch}): ${reason}. Run "npm run ` +
        'build" in the sources of realm-ai to build it here.',
      { cause: error },
    )
  }
}

/**
 * The path of the engine's jar, which comes with the package.
 *
 * @returns {string}
 * @throws {RealmError} `JVM_START_FAILED` if it is missing
 */
export function findEngine() {
  const jar = fileURLToPath(new URL('../../build/realm-engine.jar', import.meta.url))
  if (!existsSync(jar)) {
    throw new RealmError(
      'JVM_START_FAILED',
      `The engine is missing: there is no ${jar}. Install realm-ai again, or run "npm run build" in its sources.`,
    )
  }
  return jar
}

/**
 * The path of the native kernels, which come with the package on the systems that they are built for.
 *
 * @returns {string | undefined}
 */
export function findKernels() {
  const library = fileURLToPath(new URL('../../build/librealm-kernels.so', import.meta.url))
  return existsSync(library) ? library : undefined
}
