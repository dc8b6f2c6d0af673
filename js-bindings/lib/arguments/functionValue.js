import { invalidArgument } from './invalidArgument.js'

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
