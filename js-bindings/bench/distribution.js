/**
 * How values lie.
 *
 * @typedef {object} Distribution
 * @property {number} median of an even number of values, the mean of the middle two
 * @property {number} min
 * @property {number} max
 * @property {number} spread (max - min) / median
 */

/**
 * Sums values up.
 *
 * @param {readonly number[]} values at least one; finite and above 0
 * @returns {Distribution}
 * @throws {RangeError} for other values: a figure that is no number must not get lost in a median
 */
export function distribution(values) {
  if (values.length === 0 || !values.every((value) => Number.isFinite(value) && value > 0)) {
    throw new RangeError(`measured values must be finite and above 0, received [${values.join(', ')}]`)
  }
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  const [min, max] = [sorted[0], sorted[sorted.length - 1]]
  return { median, min, max, spread: (max - min) / median }
}
