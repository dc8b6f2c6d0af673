import { invalidArgument } from './invalidArgument.js'

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
