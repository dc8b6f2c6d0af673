import { types } from 'node:util'
import { RealmError } from '../errors/RealmError.js'

/**
 * The error for an argument that cannot be used.
 *
 * @param {string} name of the argument, such as `maxTokens` or `messages[2].role`
 * @param {unknown} received
 * @param {string} expected completes "expected …", such as `an integer from 1 to 16`
 * @param {string} [advice] a sentence that says what to do beyond that
 */
export function invalidArgument(name, received, expected, advice) {
  const message = `${name}: received ${describeValue(received)}, expected ${expected}.`
  return new RealmError('INVALID_ARGUMENT', advice === undefined ? message : `${message} ${advice}`)
}

/**
 * A value as an error message shows it: short, and told apart from values of other types.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function describeValue(value) {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? value.slice(0, 60) + '…' : value)
  }
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    const name = value.constructor?.name
    if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object'
    return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`
  }
  return Object.is(value, -0) ? '0' : String(value)
}

/**
 * A check for true or false.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function booleanValue(value, name) {
  if (typeof value !== 'boolean') throw invalidArgument(name, value, 'true or false')
  return value
}

/**
 * A check for a function.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Function}
 */
export function functionValue(value, name) {
  if (typeof value !== 'function') throw invalidArgument(name, value, 'a function')
  return value
}

/**
 * A check for an integer within a range.
 *
 * @param {{ from: number, to: number, advice?: string }} range both ends belong to it; `advice` ends the error's message
 */
export function integerIn({ from, to, advice }) {
  /**
   * @param {unknown} value
   * @param {string} name
   */
  return (value, name) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < from || value > to) {
      throw invalidArgument(name, value, `an integer from ${from} to ${to}`, advice)
    }
    return value
  }
}

/**
 * A check for a finite number within a range.
 *
 * @param {{ from?: number, above?: number, to: number, advice?: string }} range `from` belongs to it, `above` does not;
 *   `to` does; `advice` ends the error's message
 */
export function numberIn({ from = Number.NEGATIVE_INFINITY, above, to, advice }) {
  const start = above === undefined ? `from ${from}` : `above ${above}, up`
  /**
   * @param {unknown} value
   * @param {string} name
   */
  return (value, name) => {
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (above === undefined ? value >= from : value > above) &&
      value <= to
    if (!fits) throw invalidArgument(name, value, `a number ${start} to ${to}`, advice)
    return value
  }
}

/**
 * A check for one of several texts.
 *
 * @template {string} T
 * @param {readonly T[]} choices
 */
export function oneOf(choices) {
  /**
   * @param {unknown} value
   * @param {string} name
   */
  return (value, name) => {
    const found = choices.find((choice) => choice === value)
    if (found === undefined) {
      throw invalidArgument(name, value, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`)
    }
    return found
  }
}

/**
 * A check for a string that is well-formed UTF-16: a lone surrogate stands for no character, so that no token can stand
 * for it.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function text(value, name) {
  if (typeof value !== 'string') throw invalidArgument(name, value, 'a string')
  if (!value.isWellFormed()) {
    throw invalidArgument(
      name,
      value,
      'a well-formed string',
      'It has a lone surrogate, half of a character: text.toWellFormed() replaces it by U+FFFD.',
    )
  }
  return value
}

/**
 * Checks token ids, and copies them.
 *
 * @param {unknown} ids an array or a typed array of integers
 * @param {string} name of the argument
 * @param {number} vocabularySize ids are below it
 * @returns {number[]}
 * @throws {RealmError} `INVALID_ARGUMENT`, or `TOKEN_OUT_OF_RANGE` for an integer that is no id of the vocabulary
 */
export function tokenIds(ids, name, vocabularySize) {
  if (!isIntegerList(ids)) {
    throw invalidArgument(name, ids, 'token ids: an array of integers or an Int32Array')
  }
  // Array.from also turns the holes of a sparse array into undefined, which the check refuses.
  return Array.from(ids, (id, index) => tokenId(id, `${name}[${index}]`, vocabularySize))
}

/**
 * Whether a value can be a list of token ids.
 *
 * @param {unknown} value
 * @returns {value is unknown[] | Int32Array | Uint32Array}
 */
export function isIntegerList(value) {
  return Array.isArray(value) || types.isInt32Array(value) || types.isUint32Array(value)
}

/**
 * @param {unknown} id
 * @param {string} name
 * @param {number} vocabularySize
 */
function tokenId(id, name, vocabularySize) {
  const expected = `an integer from 0 to ${vocabularySize - 1}`
  if (typeof id !== 'number' || !Number.isInteger(id)) throw invalidArgument(name, id, expected)
  if (id < 0 || id >= vocabularySize) {
    throw new RealmError(
      'TOKEN_OUT_OF_RANGE',
      `${name}: received ${describeValue(id)}, expected ${expected}. Use ids that tokenize() of this model gave.`,
    )
  }
  return id
}

/**
 * A check for an AbortSignal, of this realm or another one.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function abortSignal(value, name) {
  const signal = /** @type {AbortSignal} */ (value)
  const fits =
    typeof value === 'object' &&
    value !== null &&
    typeof signal.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' &&
    typeof signal.removeEventListener === 'function'
  if (!fits) throw invalidArgument(name, value, 'an AbortSignal', 'new AbortController().signal is one.')
  return signal
}

/**
 * The bytes that a value holds, whatever realm it was made in: test runners give programs globals of their own.
 *
 * @param {unknown} value
 * @returns {Uint8Array | null} the memory itself; null where it is neither a Uint8Array, such as a Buffer, nor an ArrayBuffer
 */
export function bytesOf(value) {
  if (types.isArrayBuffer(value)) return new Uint8Array(value)
  return types.isUint8Array(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null
}

/**
 * A value that is a URL, whatever realm it was made in.
 *
 * @param {unknown} value
 * @returns {URL | null} null where it is none
 */
export function urlOf(value) {
  const url = /** @type {URL | null | undefined} */ (value)
  return typeof url === 'object' && typeof url?.href === 'string' && typeof url.protocol === 'string'
    ? new URL(url.href)
    : null
}
