import { InvalidArgumentError } from 'commander'

/**
 * Reads an option's number. Whether it is in its range, the library says.
 *
 * @param {string} text
 * @returns {number}
 * @throws {InvalidArgumentError}
 */
export function parseNumber(text) {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('Expected a number.')
  return number
}
