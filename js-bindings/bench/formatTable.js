/** @import { Comparison } from './compareSides.js' */
/** @import { Distribution } from './distribution.js' */

/**
 * Shows comparisons as a table, which is Markdown, too.
 *
 * @param {readonly Comparison[]} comparisons
 * @returns {string} lines
 */
export function formatTable(comparisons) {
  const head = ['figure', 'unit', 'better', 'Realm', 'peer', 'ratio Realm/peer']
  const rows = comparisons.map(({ figure, realm, peer, ratio, refusal }) => [
    figure.label,
    figure.unit,
    figure.lowerIsBetter ? 'lower' : 'higher',
    show(realm, amount),
    show(peer, amount),
    ratio === undefined ? `${refusal}` : show(ratio, (value) => value.toFixed(2)),
  ])
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)))
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [
    'Medians (least … greatest). Load, cold start and memory: a lower ratio is better; speeds: a higher one.',
    '',
    line(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
  ].join('\n')
}

/**
 * @param {Distribution} distribution
 * @param {(value: number) => string} format
 */
function show({ median, min, max }, format) {
  return `${format(median)} (${format(min)} … ${format(max)})`
}

/** @param {number} value */
function amount(value) {
  return value.toFixed(value < 100 ? 1 : 0)
}
