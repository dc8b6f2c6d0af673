import { invalidArgument } from './invalidArgument.js'

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
