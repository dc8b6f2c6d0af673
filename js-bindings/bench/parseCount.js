import { InvalidArgumentError } from 'commander'

/**
 * Reads an option's count.
 *
 * @param {string} text
 * @returns {number} an integer from 1
 * @throws {InvalidArgumentError}
 */
export function parseCount(text) {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('Expected an integer from 1.')
  return count
}
