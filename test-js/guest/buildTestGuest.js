import { readFileSync } from 'node:fs'
import { buildIfChanged } from '../../js-bindings/scripts/buildIfChanged.js'
import { runProgram } from '../../js-bindings/scripts/runProgram.js'

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
  return new Uint8Array(readFileSync(new URL(`../../${OUTPUT}/guest.wasm`, import.meta.url)))
}

function compile() {
  const args = [SOURCE, '--outFile', `${OUTPUT}/guest.wasm`, '-O', '--runtime', 'stub', '--use', 'abort=']
  if (runProgram('node_modules/.bin/asc', args) !== 0) {
    throw new Error('guest.ts does not compile: the messages of asc are above')
  }
}
