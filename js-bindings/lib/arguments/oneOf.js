import { invalidArgument } from './invalidArgument.js'

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
