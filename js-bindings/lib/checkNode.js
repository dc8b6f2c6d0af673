import { RealmError } from './errors/RealmError.js'

/** The oldest Node whose JavaScript this code is written in; package.json asks for one that is tested. */
const OLDEST = 20

/**
 * Checks that this code can run.
 *
 * @param {string} [version] of Node, as its variants state it too; default: that of this process
 * @throws {RealmError} `UNSUPPORTED_RUNTIME` if it is too old
 */
export function checkNode(version = process.versions.node) {
  if (Number.parseInt(version, 10) >= OLDEST) return
  throw new RealmError(
    'UNSUPPORTED_RUNTIME',
    `This is Node ${version}, and realm-ai needs Node 20.19 or later: install one (https://nodejs.org), or have the ` +
      'image, the version manager or the "engines" of the project name one.',
  )
}
