/**
 * Prints a value as one line of JSON on stdout.
 *
 * @param {unknown} value
 */
export function printJson(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
