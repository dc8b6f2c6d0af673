import { invalidArgument } from './invalidArgument.js'

/**
 * A check for a finite number within a range.
 *
 * @param {{ from?: number, above?: number, to: number, advice?: string }} range `from` belongs to it, `above` does not;
 *   `to` does; `advice` ends the error's message
 */
export function numberIn({ from = Number.NEGATIVE_INFINITY, above, to, advice }) {
  const start = above === undefined ? `from ${from}` : `above ${above}, up`
  /**
   * @param {unknown} value
   * @param {string} name
   */
  return (value, name) => {
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (above === undefined ? value >= from : value > above) &&
      value <= to
    if (!fits) throw invalidArgument(name, value, `a number ${start} to ${to}`, advice)
    return value
  }
}
