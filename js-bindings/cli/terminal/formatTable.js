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
