import { formatBusy } from './compareBusy.js'
import { formatMachine } from './machine.js'

/** @import { BusyComparison } from './compareBusy.js' */
/** @import { Comparison } from './compareSides.js' */
/** @import { Machine } from './machine.js' */
/** @import { Distribution } from './distribution.js' */

/** With fewer, a median and a spread say little. */
const FEWEST_PAIRS = 5

/**
 * All that a comparison found.
 *
 * @typedef {object} Report
 * @property {Machine} machine
 * @property {string} model its name
 * @property {number} threads threads that computed, on both sides
 * @property {number} pairs how many times both sides were measured
 * @property {{ realm: string, peer: string }} engines what each engine says of itself, the kernels in force among it
 * @property {Comparison[]} comparisons
 * @property {BusyComparison} [besideBusy] of a run with busy processes
 */

/**
 * Shows a comparison and what it was made on.
 *
 * @param {Report} report
 * @returns {string} lines
 */
export function formatReport({ machine, model, threads, pairs, engines, comparisons, besideBusy }) {
  return [
    formatMachine(machine),
    `model: ${model}; ${threads} threads; ${pairs} pairs`,
    `Realm: ${engines.realm}`,
    `peer: ${engines.peer}`,
    ...(pairs < FEWEST_PAIRS
      ? [`fewer than ${FEWEST_PAIRS} pairs: enough for a look, too few to quote`]
      : []),
    '',
    formatTable(comparisons),
    ...(besideBusy === undefined ? [] : ['', formatBusy(besideBusy, pairs)]),
  ].join('\n')
}

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
