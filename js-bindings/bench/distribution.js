/**
 * How values above 0 lie.
 *
 * @typedef {OrderStatistics & { spread: number }} Distribution `spread` is (max - min) / median
 */

/**
 * Sums values up.
 *
 * @param {readonly number[]} values at least one; finite and above 0
 * @returns {Distribution}
 * @throws {RangeError} for other values
 */
export function distribution(values) {
  if (!values.every((value) => value > 0)) {
    throw new RangeError(`measured values must be finite and above 0, received [${values.join(', ')}]`)
  }
  const { median, min, max } = orderStatistics(values)
  return { median, min, max, spread: (max - min) / median }
}

/**
 * The middle and the ends of values.
 *
 * @typedef {object} OrderStatistics
 * @property {number} median of an even number of values, the mean of the middle two
 * @property {number} min
 * @property {number} max
 */

/**
 * Sums values up.
 *
 * @param {readonly number[]} values at least one; finite
 * @returns {OrderStatistics}
 * @throws {RangeError} for other values: a figure that is no number must not get lost in a median
 */
export function orderStatistics(values) {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new RangeError(`measured values must be finite, received [${values.join(', ')}]`)
  }
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { median, min: sorted[0], max: sorted[sorted.length - 1] }
}
