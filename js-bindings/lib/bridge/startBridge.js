import { createRequire } from 'node:module'
import { RealmError } from '../errors/RealmError.js'
import { Bridge } from './Bridge.js'
import { findAddon } from './findAddon.js'
import { findEngine } from './findEngine.js'
import { findJava } from './findJava.js'
import { jvmOptions } from './jvmOptions.js'

/** @type {Promise<Bridge> | undefined} */
let started

/**
 * Starts the engine in this process, off the event loop. A process has one engine: all its threads share it, the first
 * call starts it, and each call waits until it runs.
 *
 * @returns {Promise<Bridge>}
 * @throws {RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` or `JVM_START_FAILED`, saying what to do
 */
export function startBridge() {
  started ??= start().catch((error) => {
    // What was missing may be there the next time.
    started = undefined
    throw error
  })
  return started
}

async function start() {
  const java = findJava()
  const addon = loadAddon(findAddon())
  const options = jvmOptions({ classPath: [findEngine()] })
  try {
    await addon.start({ libjvm: java.libjvm, options })
  } catch (error) {
    throw new RealmError(
      'JVM_START_FAILED',
      `Java ${java.version} at ${java.home} did not start: ${/** @type {Error} */ (error).message.trim()}. Check the ` +
        'variables REALM_JAVA_OPTIONS and JAVA_TOOL_OPTIONS and the free memory, then start the program again: a process ' +
        `can try once. The options were: ${options.join(' ')}`,
      { cause: error },
    )
  }
  return new Bridge(addon)
}

/**
 * @param {string} file
 * @returns {import('./Bridge.js').Addon}
 */
function loadAddon(file) {
  try {
    return createRequire(import.meta.url)(file)
  } catch (error) {
    throw new RealmError(
      'ADDON_NOT_FOUND',
      `The addon ${file} does not load here: ${/** @type {Error} */ (error).message}. Run "npm run build" in the sources ` +
        'of realm-ai to build it for this system.',
      { cause: error },
    )
  }
}
