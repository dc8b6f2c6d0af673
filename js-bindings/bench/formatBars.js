import { orderStatistics } from './distribution.js'

/**
 * A figure that may have a bar.
 *
 * @typedef {object} BarFigure
 * @property {string} id its name among the values
 * @property {string} label its name in the table
 * @property {'us' | 'ms' | 'MB' | 'tokens/s' | '%' | 'x'} unit MB are 10^6 bytes; x is a ratio
 * @property {{ least?: number, most?: number }} [bar] what its median has to reach, or must not exceed
 */

/**
 * Shows figures as a table, which is Markdown, too: medians, the least and the greatest value, and whether bars are met.
 *
 * @param {readonly BarFigure[]} figures
 * @param {Record<string, number[]>} values by figure
 * @returns {string} lines
 */
export function formatBars(figures, values) {
  const head = ['figure', 'unit', 'measured', 'bar']
  const rows = figures.map((figure) => {
    const { median, min, max } = orderStatistics(values[figure.id])
    const [middle, least, greatest] = [median, min, max].map(amount)
    return [figure.label, figure.unit, `${middle} (${least} … ${greatest})`, judge(figure, median)]
  })
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)))
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  )
}

/**
 * @param {BarFigure} figure
 * @param {number} median
 */
function judge({ bar }, median) {
  if (bar === undefined) return ''
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = bar
  const wanted = bar.least === undefined ? `at most ${most}` : `at least ${least}`
  return `${wanted}: ${median >= least && median <= most ? 'met' : 'missed'}`
}

/** @param {number} value */
function amount(value) {
  const size = Math.abs(value)
  return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)
}
