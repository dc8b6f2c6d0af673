import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'

const OUTPUT = 'js-bindings/build/wasm-guest'
const SOURCES = 'examples/wasm-guest/assembly'

/** The modules, each with the file that holds its exports. */
const MODULES = {
  'onDemand.wasm': 'onDemand.ts',
  'forwardLayer.wasm': 'forwardLayer.ts',
  'kernels.wasm': 'kernels/kernels.ts',
}

const OPTIONS = [
  '-O3',
  ...['--enable', 'simd'],
  ...['--transform', 'json-as'],
  // What cannot go on is a trap: the host has no function for it to call.
  ...['--use', 'abort='],
  // "Exchange of v128 values": meant for exports, it comes for functions between files, too.
  ...['--disableWarning', '112'],
]

/**
 * Builds the WebAssembly guest among the examples with the AssemblyScript compiler, if its sources have changed.
 *
 * @param {{ log?: (line: string) => void }} [options] `log` is told what is done; default: standard output
 * @throws {SetupError} if it does not compile
 */
export function buildWasmGuest({ log } = {}) {
  return buildIfChanged({
    output: OUTPUT,
    inputs: [SOURCES, 'js-bindings/scripts/buildWasmGuest.js', 'package-lock.json'],
    build: compile,
    log,
  })
}

function compile() {
  rmSync(join(projectRoot, OUTPUT), { recursive: true, force: true })
  for (const [module, source] of Object.entries(MODULES)) {
    const files = [join(SOURCES, source), '--outFile', join(OUTPUT, module)]
    if (runProgram('node_modules/.bin/asc', [...files, ...OPTIONS]) !== 0) {
      throw new SetupError('The WebAssembly guest does not compile: the messages of asc are above')
    }
  }
}
