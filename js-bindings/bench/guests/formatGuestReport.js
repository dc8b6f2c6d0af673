import { distribution } from '../distribution.js'
import { formatMachine } from '../formatMachine.js'

/** @import { Machine } from '../describeMachine.js' */
/** @import { GuestFigure, GuestFigureGroup } from './guestFigures.js' */

/**
 * All that was found of what guests cost.
 *
 * @typedef {object} GuestReport
 * @property {Machine} machine
 * @property {string} engine what the engine says of itself
 * @property {string} model its name
 * @property {number} guests how many ran at a time where several did
 * @property {number} rounds how many values there are of each figure
 * @property {Record<string, number[]>} values by figure
 */

/**
 * Shows it, with a table that is Markdown, too.
 *
 * @param {readonly GuestFigureGroup[]} groups those that were measured
 * @param {GuestReport} report
 * @returns {string} lines
 */
export function formatGuestReport(groups, { machine, engine, model, guests, rounds, values }) {
  const head = ['figure', 'unit', 'measured', 'bar']
  const rows = groups
    .flatMap(({ figures }) => figures)
    .map((figure) => {
      const { median, min, max } = distribution(values[figure.id])
      const [middle, least, greatest] = [median, min, max].map(amount)
      return [figure.label, figure.unit, `${middle} (${least} … ${greatest})`, judge(figure, median)]
    })
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)))
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [
    formatMachine(machine),
    `engine: ${engine}`,
    `model: ${model}; ${guests} guests; medians (least … greatest) of ${rounds} rounds`,
    '',
    line(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
  ].join('\n')
}

/**
 * @param {GuestFigure} figure
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
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
}
