import { parentPort, workerData } from 'node:worker_threads'
import { startBridge } from '../bridge/startBridge.js'
import { RealmError } from '../errors/RealmError.js'
import { HostImports } from '../hostImports.js'
import { readGuestMemory } from './guestMemory.js'
import { ModuleValues } from './ModuleValues.js'

// The thread of a guest in WebAssembly.

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
const bridge = await startBridge()
const opened = bridge.call('guestOpen', workerData.grants)

/** @type {WebAssembly.Exports} */
let exports = {}
const memory = readGuestMemory(() => /** @type {WebAssembly.Memory} */ (exports.memory))

port.on('message', async (message) => {
  try {
    port.postMessage({ result: await answer(message) })
  } catch (error) {
    port.postMessage({ error: described(/** @type {Error} */ (error)) })
  }
})
port.postMessage(opened)

/** @param {{ module?: Uint8Array<ArrayBuffer>, name: string, json: string }} message */
async function answer({ module, name, json }) {
  if (module === undefined) return new ModuleValues(exports).call(name, json)
  const compiled = await WebAssembly.compile(module)
  const streams = WebAssembly.Module.exports(compiled).some((each) => each.name === 'realm_stream_token')
  const imports = new HostImports(bridge, opened, memory, streams ? streamToken : undefined)
  const instance = await WebAssembly.instantiate(compiled, { env: imports.env })
  exports = instance.exports
  return 'null'
}

/**
 * @param {number} pointer
 * @param {number} length
 */
function streamToken(pointer, length) {
  const taken = /** @type {(pointer: number, length: number) => unknown} */ (exports.realm_stream_token)
  taken(pointer, length)
}

/** @param {Error} error */
function described(error) {
  if (error instanceof RealmError) return { code: error.code, message: error.message }
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return {
      code: 'STACK_OVERFLOW',
      message: `The guest recursed too deep (${error.message}): let it loop instead.`,
    }
  }
  return { code: 'GUEST_ERROR', message: `${error.name}: ${error.message}` }
}
