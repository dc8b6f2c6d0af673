import { busyPass } from './busyPass.js'
import { distribution } from './distribution.js'

/** @import { Distribution } from './distribution.js' */
/** @import { Measurements } from './runPairs.js' */

/** The first one comes with the prompt. */
const ALL_TOKENS = 1 + busyPass.decodedTokens

/**
 * How both sides decode beside busy processes. Who gets a core when is then chance, so that single values spread widely and
 * a ratio of pairs says little; the medians, and the ends of what was measured, still do.
 *
 * @typedef {object} BusyComparison
 * @property {number} busy how many processes kept the cores busy
 * @property {number} ofMedians Realm's median speed by the peer's
 * @property {number} ofEnds Realm's slowest pass by the peer's fastest: no two of the measured values are further against
 *   Realm
 * @property {{ realm: Distribution, peer: Distribution }} kept the share of the quiet speed of the same process
 * @property {{ realm: number, peer: number }} stopped how many passes the limit ended
 * @property {{ realm: number, peer: number }} fewestTokens that a pass made until its end
 */

/**
 * Compares both sides' passes beside busy processes.
 *
 * @param {number} busy how many these were
 * @param {Measurements} measurements
 * @returns {BusyComparison}
 */
export function compareBusy(busy, measurements) {
  const speeds = bySide((side) => distribution(measurements[side][busyPass.decode]))
  return {
    busy,
    ofMedians: speeds.realm.median / speeds.peer.median,
    ofEnds: speeds.realm.min / speeds.peer.max,
    kept: bySide((side) => {
      const quiet = measurements[side]['decode-0']
      return distribution(measurements[side][busyPass.decode].map((speed, pair) => speed / quiet[pair]))
    }),
    stopped: bySide(
      (side) => measurements[side][busyPass.tokens].filter((tokens) => tokens < ALL_TOKENS).length,
    ),
    fewestTokens: bySide((side) => Math.min(...measurements[side][busyPass.tokens])),
  }
}

/**
 * @template T
 * @param {(side: 'realm' | 'peer') => T} make
 */
function bySide(make) {
  return { realm: make('realm'), peer: make('peer') }
}
