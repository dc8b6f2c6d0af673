import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from '../../js-bindings/scripts/buildIfChanged.js'
import { projectRoot, runProgram } from '../../js-bindings/scripts/runProgram.js'

const OUTPUT = 'js-bindings/build/test-guest'
const SOURCE = 'test-js/guest/assembly/guest.ts'

/**
 * The module of `assembly/guest.ts`, built with the AssemblyScript compiler if its source has changed.
 *
 * @returns {Promise<Uint8Array>}
 */
export async function buildTestGuest() {
  await buildIfChanged({
    output: OUTPUT,
    inputs: ['test-js/guest/assembly', 'test-js/guest/buildTestGuest.js', 'package-lock.json'],
    build: compile,
    log: () => undefined,
  })
  return new Uint8Array(readFileSync(join(projectRoot, OUTPUT, 'guest.wasm')))
}

function compile() {
  // Another process may do the same, and read what this one writes: it is there as a whole, or not.
  const part = `${OUTPUT}/guest.${process.pid}.wasm`
  const args = [SOURCE, '--outFile', part, '-O', '--runtime', 'stub', '--use', 'abort=']
  if (runProgram('node_modules/.bin/asc', args) !== 0) {
    throw new Error('guest.ts does not compile: the messages of asc are above')
  }
  renameSync(join(projectRoot, part), join(projectRoot, OUTPUT, 'guest.wasm'))
}
