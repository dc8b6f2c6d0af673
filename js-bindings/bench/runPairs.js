/**
 * The values of both sides' figures, by the figures' ids; the n-th values of both were measured in the n-th pair.
 *
 * @typedef {{ realm: Record<string, number[]>, peer: Record<string, number[]> }} Measurements
 */

/**
 * One thing that is measured on both sides.
 *
 * @typedef {object} Step
 * @property {string} name such as `cold start`, for the progress
 * @property {(side: 'realm' | 'peer') => Promise<Record<string, number>>} measure gives figures by their ids
 */

/** @type {readonly ('realm' | 'peer')[]} */
const SIDES = ['realm', 'peer']

/**
 * Measures both sides in turns, so that what else the machine does at a time meets both.
 *
 * @param {object} options
 * @param {number} options.pairs how many values each figure gets; from 1
 * @param {readonly Step[]} options.steps what a pair consists of; in each step Realm goes first, then the peer
 * @param {(turn: string) => void} options.onTurn is told what is measured next
 * @returns {Promise<Measurements>}
 */
export async function runPairs({ pairs, steps, onTurn }) {
  /** @type {Measurements} */
  const measurements = { realm: {}, peer: {} }
  for (let pair = 1; pair <= pairs; pair++) {
    for (const { name, measure } of steps) {
      for (const side of SIDES) {
        onTurn(`pair ${pair} of ${pairs}: ${name}, ${side}`)
        for (const [id, value] of Object.entries(await measure(side))) {
          measurements[side][id] ??= []
          measurements[side][id].push(value)
        }
      }
    }
  }
  return measurements
}
