import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { RealmError } from '../errors/RealmError.js'

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
        'Install realm-ai again without leaving out optional dependencies, or run "npm run build" in its sources.',
      { cause: error },
    )
  }
}
