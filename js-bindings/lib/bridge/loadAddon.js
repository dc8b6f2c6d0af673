import { createRequire } from 'node:module'
import { RealmError } from '../errors/RealmError.js'

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
