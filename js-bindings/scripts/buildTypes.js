import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'

const OUTPUT = 'js-bindings/build/types'

/**
 * Writes the type declarations of the package from the JSDoc of `lib`, if that has changed.
 *
 * @param {{ log?: (line: string) => void }} [options] `log` is told what is done; default: standard output
 * @throws {SetupError} if the types do not check
 */
export function buildTypes({ log } = {}) {
  return buildIfChanged({
    output: OUTPUT,
    inputs: [
      'js-bindings/lib',
      'js-bindings/tsconfig.json',
      'js-bindings/tsconfig.types.json',
      'package-lock.json',
    ],
    build: declareTypes,
    log,
  })
}

function declareTypes() {
  const output = join(projectRoot, OUTPUT)
  rmSync(output, { recursive: true, force: true })
  if (runProgram('node_modules/.bin/tsc', ['--project', 'js-bindings/tsconfig.types.json']) !== 0) {
    throw new SetupError('The types of js-bindings/lib do not check: the messages of tsc are above')
  }
  // tsc writes declarations of JavaScript alone.
  for (const file of ['index.d.cts', 'types.d.ts']) {
    copyFileSync(join(projectRoot, 'js-bindings/lib', file), join(output, file))
  }
}
