import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostImports } from '../../../js-bindings/lib/index.js'
import { projectRoot } from '../../../js-bindings/scripts/runProgram.js'
import { argumentsOf } from './argumentsOf.js'
import { buildGuest } from './buildGuest.js'

/**
 * A WebAssembly module imports `env`, and calls the host functions over the memory that it exports. Of its two builds one
 * exports realm_stream_token, which traps where the guest is to fail.
 *
 * @returns {Promise<import('./CaseDriver.js').CaseDriver>}
 */
export async function openWasmDriver() {
  const folder = join(projectRoot, await buildGuest())
  const compiled = (name) => new WebAssembly.Module(readFileSync(join(folder, `${name}.wasm`)))
  const modules = { silent: compiled('silent'), streaming: compiled('streaming') }
  return { open: (options) => openGuest(modules, options) }
}

/**
 * @param {{ silent: WebAssembly.Module, streaming: WebAssembly.Module }} modules
 * @param {import('./CaseDriver.js').GuestOptions} options
 * @returns {import('./CaseDriver.js').CaseGuest}
 */
function openGuest(modules, { pages, piece, ...grants }) {
  const streamToken = piece && ((pointer, length) => exports.realm_stream_token(pointer, length))
  const imports = hostImports(() => exports.memory, { ...grants, streamToken })
  const { exports } = new WebAssembly.Instance(piece ? modules.streaming : modules.silent, {
    env: imports.env,
    test: { piece: (pointer, length) => piece(pointer >>> 0, length >>> 0) },
  })
  const { memory } = exports
  memory.grow(pages - memory.buffer.byteLength / 65536)
  return {
    memory,
    call: (name, args) => exports[name](...argumentsOf(name, args)),
    lastError: () => imports.lastError(),
    cancel: () => imports.cancel(),
    close: () => imports.close(),
  }
}
