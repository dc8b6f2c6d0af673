import { RealmError } from '../errors/RealmError.js'
import { describeValue } from './describeValue.js'
import { invalidArgument } from './invalidArgument.js'

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
  if (!Array.isArray(ids) && !(ids instanceof Int32Array) && !(ids instanceof Uint32Array)) {
    throw invalidArgument(name, ids, 'token ids: an array of integers or an Int32Array')
  }
  // Array.from also turns the holes of a sparse array into undefined, which the check refuses.
  return Array.from(ids, (id, index) => tokenId(id, `${name}[${index}]`, vocabularySize))
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
