import { orderStatistics } from './orderStatistics.js'

/** @import { OrderStatistics } from './orderStatistics.js' */

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
