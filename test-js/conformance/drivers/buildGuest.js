import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from '../../../js-bindings/scripts/buildIfChanged.js'
import { projectRoot, runProgram } from '../../../js-bindings/scripts/runProgram.js'

const OUTPUT = 'js-bindings/build/conformance-guest'
const SOURCES = 'test-js/conformance/assembly'

/**
 * Builds the guests of the conformance cases with the AssemblyScript compiler, if their sources have changed.
 *
 * @returns {Promise<string>} the folder of `silent.wasm` and `streaming.wasm`, relative to the project's
 */
export async function buildGuest() {
  await buildIfChanged({
    output: OUTPUT,
    inputs: [SOURCES, 'test-js/conformance/drivers/buildGuest.js', 'package-lock.json'],
    build: compile,
    log: () => undefined,
  })
  return OUTPUT
}

function compile() {
  for (const guest of ['silent', 'streaming']) {
    // Another process may do the same, and read what this one writes: it is there as a whole, or not.
    const part = `${OUTPUT}/${guest}.${process.pid}.wasm`
    const args = [`${SOURCES}/${guest}.ts`, '--outFile', part]
    if (runProgram('node_modules/.bin/asc', [...args, '-O', '--runtime', 'stub', '--use', 'abort=']) !== 0) {
      throw new Error(`${guest}.ts does not compile: the messages of asc are above`)
    }
    renameSync(join(projectRoot, part), join(projectRoot, OUTPUT, `${guest}.wasm`))
  }
}
