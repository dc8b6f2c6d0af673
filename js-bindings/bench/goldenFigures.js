/** @import { GoldenCase } from './readGolden.js' */
/** @import { Logits } from '../lib/diagnostics.js' */

/**
 * How far an engine is from the exact result.
 *
 * @typedef {object} GoldenFigures
 * @property {number} meanKl the mean over all positions of the sum of p (log p - log q) over the exact result's most
 *   probable tokens; natural logarithms
 * @property {number} sameTop the share of the positions at which the most probable token is the exact one's; 0 to 1
 * @property {number} positions
 */

/**
 * Compares an engine's log-probabilities with the exact ones. A token that is not among the engine's counts as its least
 * probable one.
 *
 * @param {readonly GoldenCase[]} cases the exact ones
 * @param {readonly Logits[]} engine the engine's for the same sequences
 * @returns {GoldenFigures}
 * @throws {RangeError} if they are not for the same positions
 */
export function goldenFigures(cases, engine) {
  let positions = 0
  let sum = 0
  let same = 0
  for (const [index, { ids, top }] of cases.entries()) {
    const actual = engine[index].top
    if (top.length !== ids.length || actual.length !== ids.length) {
      throw new RangeError(
        `text ${index} has ${ids.length} tokens, ${top.length} exact positions and ${actual.length} of the engine; expected as many of each`,
      )
    }
    for (const [position, exact] of top.entries()) {
      const logs = new Map(actual[position])
      const least = Math.min(...logs.values())
      for (const [id, logP] of exact) sum += Math.exp(logP) * (logP - (logs.get(id) ?? least))
      if (exact[0][0] === actual[position][0][0]) same++
      positions++
    }
  }
  return { meanKl: sum / positions, sameTop: same / positions, positions }
}
