/** @import { BarFigure } from '../formatBars.js' */

/** A token at 100 tokens a second takes that many microseconds. */
const TOKEN_US = 10_000

/** All figures, in the order of the table. @type {readonly BarFigure[]} */
export const addonFigures = [
  { id: 'java', label: 'a token in a Java program', unit: 'us' },
  { id: 'node', label: 'a token in Node', unit: 'us' },
  { id: 'cost', label: 'Node - Java', unit: 'us' },
  { id: 'costShare', label: 'Node - Java, of a token of 10 ms', unit: '%', bar: { most: 1 } },
  { id: 'mainThread', label: "CPU time of Node's main thread, a token", unit: 'us' },
  { id: 'mainThreadShare', label: 'that, of a token of 10 ms', unit: '%', bar: { most: 1 } },
  { id: 'pieces', label: 'pieces of text a token', unit: 'x' },
]

/**
 * The figures of a pair of processes.
 *
 * @param {number} java microseconds a token
 * @param {{ token: number, mainThread: number, pieces: number }} node microseconds a token and of CPU time a token, and
 *   pieces of text a token
 * @returns {Record<string, number>} by id
 */
export function figuresOfPair(java, { token, mainThread, pieces }) {
  const percent = (/** @type {number} */ us) => (100 * us) / TOKEN_US
  const cost = token - java
  return {
    java,
    node: token,
    cost,
    costShare: percent(cost),
    mainThread,
    mainThreadShare: percent(mainThread),
    pieces,
  }
}
