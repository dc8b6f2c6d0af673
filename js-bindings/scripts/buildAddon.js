import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { compileAddon } from './compileAddon.js'
import { projectRoot } from './projectRoot.js'

const OUTPUT = 'js-bindings/build/realm.node'

/**
 * Builds the addon, if its sources have changed.
 *
 * @throws {import('./SetupError.js').SetupError} if it does not compile, or what that needs is missing
 */
export function buildAddon() {
  return buildIfChanged({
    output: OUTPUT,
    inputs: ['js-bindings/addon', 'js-bindings/scripts/compileAddon.js', 'package-lock.json'],
    build: () => {
      // Renamed into place: a running process keeps the file that it has loaded.
      const output = join(projectRoot, OUTPUT)
      compileAddon(`${output}.new`)
      renameSync(`${output}.new`, output)
    },
  })
}
