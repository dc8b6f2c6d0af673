import { busyPass } from './busyPass.js'

/** @import { BusyComparison } from './compareBusy.js' */
/** @import { Distribution } from './distribution.js' */

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
