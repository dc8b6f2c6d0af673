import { invalidArgument } from '../arguments/invalidArgument.js'

/**
 * A check for hidden states.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Float32Array}
 */
export function floats(value, name) {
  if (!(value instanceof Float32Array)) throw invalidArgument(name, value, 'a Float32Array of hidden states')
  return value
}
