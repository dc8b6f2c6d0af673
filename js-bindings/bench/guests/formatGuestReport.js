import { formatBars } from '../formatBars.js'
import { formatMachine } from '../formatMachine.js'

/** @import { Machine } from '../describeMachine.js' */
/** @import { GuestFigureGroup } from './guestFigures.js' */

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
  return [
    formatMachine(machine),
    `engine: ${engine}`,
    `model: ${model}; ${guests} guests; medians (least … greatest) of ${rounds} rounds`,
    '',
    formatBars(
      groups.flatMap(({ figures }) => figures),
      values,
    ),
  ].join('\n')
}
