import { RealmError } from '../errors/RealmError.js'

/**
 * Carries JSON values into a WebAssembly module and out of it. A number is a number. Any other argument is written as JSON,
 * in UTF-8, into memory that the module gives by `realm_allocate(length)`, and takes the place of two parameters: a pointer
 * and a length. A result of type i64 is such a text: `pointer << 32 | length`.
 */
export class ModuleValues {
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
