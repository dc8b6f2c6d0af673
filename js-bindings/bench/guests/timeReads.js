import { distribution } from '../distribution.js'

/** More than once: the code that serves a warm read is cold itself at first. */
const WARM_READS = 25

/**
 * Times reads of tensors, the first of each and later ones.
 *
 * @param {string[]} names the tensors
 * @param {(name: string) => unknown} read reads one, maybe asynchronously
 * @returns {Promise<{ cold: number, warm: number }>} the medians in milliseconds
 */
export async function timeReads(names, read) {
  const warmNames = Array.from({ length: WARM_READS }, () => names).flat()
  return { cold: await median(names, read), warm: await median(warmNames, read) }
}

/**
 * @param {string[]} names
 * @param {(name: string) => unknown} read
 */
async function median(names, read) {
  /** @type {number[]} */
  const times = []
  for (const name of names) {
    const start = performance.now()
    await read(name)
    times.push(performance.now() - start)
  }
  return distribution(times).median
}
