import { invalidArgument } from './invalidArgument.js'

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
