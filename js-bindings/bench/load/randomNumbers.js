/**
 * Numbers that a seed decides: mulberry32 (Tommy Ettinger).
 *
 * @param {number} seed an integer
 * @returns {(below: number) => number} integers from 0 to below the given one
 */
export function randomNumbers(seed) {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
