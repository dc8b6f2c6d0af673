import { parentPort, workerData } from 'node:worker_threads'
import { startBridge } from '../bridge/startBridge.js'
import { RealmError } from '../errors/RealmError.js'
import { HostImports, readGuestMemory } from '../hostImports.js'

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

/**
 * Carries JSON values into a WebAssembly module and out of it. A number is a number. Any other argument is written as JSON,
 * in UTF-8, into memory that the module gives by `realm_allocate(length)`, and takes the place of two parameters: a pointer
 * and a length. A result of type i64 is such a text: `pointer << 32 | length`.
 */
class ModuleValues {
  #exports

  /** @param {WebAssembly.Exports} exports */
  constructor(exports) {
    this.#exports = exports
  }

  /**
   * Calls a function.
   *
   * @param {string} name
   * @param {string} json an array
   * @returns {string} JSON
   * @throws {RealmError}
   */
  call(name, json) {
    const called = this.#function(name)
    if (called === undefined) {
      throw new RealmError('NOT_FOUND', `The guest has no function ${name}: export one.`)
    }
    const parameters = this.#parameters(JSON.parse(json))
    if (parameters.length !== called.length) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        `The guest's function ${name} takes ${called.length} parameters, and was given ${parameters.length}.`,
      )
    }
    const result = this.#run(name, called, parameters)
    return typeof result === 'bigint' ? this.#text(BigInt.asUintN(64, result)) : textOf(result)
  }

  /**
   * @param {string} name
   * @returns {((...parameters: number[]) => unknown) | undefined}
   */
  #function(name) {
    const found = Object.hasOwn(this.#exports, name) ? this.#exports[name] : undefined
    return typeof found === 'function' ? /** @type {any} */ (found) : undefined
  }

  /**
   * @param {string} name
   * @param {(...parameters: number[]) => unknown} called
   * @param {number[]} parameters
   */
  #run(name, called, parameters) {
    try {
      return called(...parameters)
    } catch (cause) {
      // Whatever the module does ends in other errors than this one.
      if (!(cause instanceof TypeError)) throw cause
      throw new RealmError(
        'INVALID_ARGUMENT',
        `The guest's function ${name} has a parameter that JSON has no value for (${cause.message}): let it take an i32, ` +
          'f32 or f64.',
        { cause },
      )
    }
  }

  /** @param {unknown[]} values */
  #parameters(values) {
    return values.flatMap((value) => (typeof value === 'number' ? [value] : this.#place(value)))
  }

  /** @param {unknown} value */
  #place(value) {
    const allocate = this.#function('realm_allocate')
    if (allocate === undefined) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        'The arguments are not all numbers: export realm_allocate(length) from the module to take other values.',
      )
    }
    const bytes = new TextEncoder().encode(JSON.stringify(value))
    const pointer = /** @type {number} */ (allocate(bytes.length)) >>> 0
    this.#range(pointer, bytes.length, 'what realm_allocate gave').set(bytes)
    return [pointer, bytes.length]
  }

  /** @param {bigint} place */
  #text(place) {
    const length = Number(place & 0xffffffffn)
    if (length === 0) return 'null'
    const bytes = this.#range(Number(place >> 32n), length, "the guest's result")
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      return JSON.stringify(JSON.parse(text))
    } catch (cause) {
      throw new RealmError('GUEST_ERROR', `The guest's result is no JSON: ${cause}`, { cause })
    }
  }

  /**
   * @param {number} pointer
   * @param {number} length
   * @param {string} what
   */
  #range(pointer, length, what) {
    const { memory } = this.#exports
    const size = memory instanceof WebAssembly.Memory ? memory.buffer.byteLength : 0
    if (pointer + length > size) {
      throw new RealmError(
        'OUT_OF_BOUNDS',
        `${what} has ${length} bytes from offset ${pointer} on, and the guest's memory has ${size}.`,
      )
    }
    return new Uint8Array(/** @type {WebAssembly.Memory} */ (memory).buffer, pointer, length)
  }
}

/** @param {unknown} result */
function textOf(result) {
  return result === undefined ? 'null' : JSON.stringify(result)
}
