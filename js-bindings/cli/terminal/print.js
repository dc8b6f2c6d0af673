/**
 * Prints a value as one line of JSON on stdout. What would steer a terminal is escaped, which JSON reads as the same.
 *
 * @param {unknown} value
 */
export function printJson(value) {
  process.stdout.write(`${printable(JSON.stringify(value))}\n`)
}

/**
 * A text that came from a file or a server, as it may be written to a terminal: control characters, which might steer it,
 * and marks that turn the direction of what is written are escaped as in JSON.
 *
 * @param {string} text
 * @returns {string}
 */
export function printable(text) {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const UNITS = ['B', 'kB', 'MB', 'GB']

/**
 * A count of bytes for people, in powers of ten: `98.4 MB`.
 *
 * @param {number} bytes
 * @returns {string}
 */
export function formatBytes(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1)
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`
}

/**
 * Rows in columns, two spaces apart; cells that are numbers with their units stand to the right.
 *
 * @param {string[][]} rows
 * @param {{ right?: number[] }} [options] `right`: the numbers of the columns that stand to the right; default none
 * @returns {string} a line for each row
 */
export function formatTable(rows, { right = [] } = {}) {
  const widths = rows.reduce(
    (most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)),
    /** @type {number[]} */ ([]),
  )
  const lines = rows.map((row) =>
    row.map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '),
  )
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
