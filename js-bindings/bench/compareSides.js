import { distribution } from './distribution.js'

/** @import { Distribution } from './distribution.js' */
/** @import { Figure } from './figures.js' */
/** @import { Measurements } from './measureSides.js' */

/** The largest spread of the peer's values with which a ratio to them says anything. */
const LARGEST_SPREAD = 0.3

/**
 * A figure of both sides.
 *
 * @typedef {object} Comparison
 * @property {Figure} figure
 * @property {Distribution} realm
 * @property {Distribution} peer
 * @property {Distribution} [ratio] Realm's value by the peer's of the same pair; not there if the peer is too noisy
 * @property {string} [refusal] why there is no ratio
 */

/**
 * Compares both sides pair by pair, and refuses a ratio where the peer's values spread over 30 %.
 *
 * @param {readonly Figure[]} figures those that were measured
 * @param {Measurements} measurements
 * @returns {Comparison[]}
 */
export function compareSides(figures, measurements) {
  return figures.map((figure) => {
    const ours = measurements.realm[figure.id]
    const theirs = measurements.peer[figure.id]
    const sides = { figure, realm: distribution(ours), peer: distribution(theirs) }
    if (sides.peer.spread > LARGEST_SPREAD) {
      const percent = Math.round(100 * sides.peer.spread)
      return { ...sides, refusal: `no ratio: the peer's own values spread over ${percent} % (limit 30 %)` }
    }
    return { ...sides, ratio: distribution(ours.map((value, pair) => value / theirs[pair])) }
  })
}
