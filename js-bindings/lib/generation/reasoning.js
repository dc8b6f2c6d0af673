import { integerIn, invalidArgument, text } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'

/** @import { Reasoning } from '../prompt/turns/TurnFormat.js' */

/**
 * Checks whether and how far a model is to think.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Reasoning}
 */
export function readReasoning(value, name) {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'object') {
    throw invalidArgument(name, value, 'true, false, or an object with a budget or an effort')
  }
  return readOptions(
    value,
    { budget: integerIn({ from: 0, to: 2 ** 31 - 1 }), effort: text },
    { what: name, prefix: `${name}.` },
  )
}
