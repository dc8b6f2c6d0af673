import { formatBusy } from './formatBusy.js'
import { formatMachine } from './formatMachine.js'
import { formatTable } from './formatTable.js'

/** @import { BusyComparison } from './compareBusy.js' */
/** @import { Comparison } from './compareSides.js' */
/** @import { Machine } from './describeMachine.js' */

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
