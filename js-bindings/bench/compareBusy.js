import { distribution } from './distribution.js'
import { busyPass } from './figures.js'

/** @import { Distribution } from './distribution.js' */
/** @import { Measurements } from './measureSides.js' */

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

/** The least ratio of the medians. */
const LEAST_RATIO = 3

/** The least share of its quiet speed that Realm keeps in any pass. */
const LEAST_SHARE = 0.25

/**
 * Shows how both sides decode beside busy processes, and whether Realm keeps what it has to on a machine with as many cores
 * as busy processes.
 *
 * @param {BusyComparison} comparison
 * @param {number} pairs how many times both sides were measured
 * @returns {string} lines
 */
export function formatBusy({ busy, ofMedians, ofEnds, kept, stopped, fewestTokens }, pairs) {
  const { decodedTokens, limitMs } = busyPass
  return [
    `Beside ${busy} busy processes, ${decodedTokens} tokens after the first; the first text after ${limitMs / 1000} s ends a pass:`,
    `- The medians: Realm ${ofMedians.toFixed(1)} x the peer (at least ${LEAST_RATIO}: ${judge(ofMedians >= LEAST_RATIO)}). ` +
      `Realm's slowest pass by the peer's fastest: ${ofEnds.toFixed(1)} x.`,
    `- Share of the quiet speed: Realm ${show(kept.realm)} (none under ${LEAST_SHARE}: ${judge(kept.realm.min >= LEAST_SHARE)}), peer ${show(kept.peer)}.`,
    `- Ended by this limit: ${stopped.realm} of ${pairs} passes of Realm, ${stopped.peer} of the peer. Fewest tokens of a pass, ` +
      `the first among them: Realm ${fewestTokens.realm}, peer ${fewestTokens.peer}.`,
  ].join('\n')
}

/** @param {boolean} isMet */
function judge(isMet) {
  return isMet ? 'met' : 'missed'
}

/** @param {Distribution} distribution */
function show({ median, min, max }) {
  return `${median.toFixed(2)} (${min.toFixed(2)} … ${max.toFixed(2)})`
}
