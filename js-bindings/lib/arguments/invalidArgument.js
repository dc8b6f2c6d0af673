import { RealmError } from '../errors/RealmError.js'
import { describeValue } from './describeValue.js'

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
