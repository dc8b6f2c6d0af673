import { printable } from './printable.js'

/**
 * Prints a value as one line of JSON on stdout. What would steer a terminal is escaped, which JSON reads as the same.
 *
 * @param {unknown} value
 */
export function printJson(value) {
  process.stdout.write(`${printable(JSON.stringify(value))}\n`)
}
