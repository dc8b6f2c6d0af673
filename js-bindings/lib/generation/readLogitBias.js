import { describeValue } from '../arguments/describeValue.js'
import { invalidArgument } from '../arguments/invalidArgument.js'
import { RealmError } from '../errors/RealmError.js'

/**
 * Checks what is added to the logits of token ids.
 *
 * @param {unknown} value an object or a Map, of numbers by id
 * @param {string} name
 * @param {number} vocabularySize ids are below it
 * @returns {Record<string, number | '-Infinity'>}
 */
export function readLogitBias(value, name, vocabularySize) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(name, value, 'an object or a Map of numbers by token id, such as { 42: -1.5 }')
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, bias]) => {
      const id = readId(key, name, vocabularySize)
      return [id, readBias(bias, `${name}[${id}]`)]
    }),
  )
}

/**
 * @param {unknown} key a number, or the string that an object's key is
 * @param {string} name
 * @param {number} vocabularySize
 */
function readId(key, name, vocabularySize) {
  const expected = `token ids: integers from 0 to ${vocabularySize - 1}`
  const id = typeof key === 'string' && /^-?\d+$/.test(key) ? Number(key) : key
  if (typeof id !== 'number' || !Number.isInteger(id))
    throw invalidArgument(`the keys of ${name}`, key, expected)
  if (id < 0 || id >= vocabularySize) {
    throw new RealmError(
      'TOKEN_OUT_OF_RANGE',
      `the keys of ${name}: received ${describeValue(id)}, expected ${expected}. Use ids that tokenize() of this model gave.`,
    )
  }
  return id
}

/**
 * @param {unknown} bias
 * @param {string} name
 * @returns {number | '-Infinity'}
 */
function readBias(bias, name) {
  if (bias === Number.NEGATIVE_INFINITY) return '-Infinity'
  if (typeof bias !== 'number' || !(bias >= -100 && bias <= 100)) {
    throw invalidArgument(name, bias, 'a number from -100 to 100, or -Infinity', '-Infinity bans the token.')
  }
  return bias
}
