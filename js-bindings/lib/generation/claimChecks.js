import { integerIn, text } from '../arguments/checks.js'
import { generateOptions } from './options.js'

/** How the options that say for whom work is, and how urgent, are checked: they are those of a generation. */
export const claimChecks = {
  tenant: text,
  priority: inRangeOf(generateOptions.priority),
  deadline: inRangeOf(generateOptions.deadline),
}

/** @param {{ from?: number, to?: number }} option */
function inRangeOf({ from = Number.NaN, to = Number.NaN }) {
  return integerIn({ from, to })
}
