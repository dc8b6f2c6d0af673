/**
 * What one runner has to say of its tests.
 *
 * @typedef {object} TestOutcome
 * @property {number} passed how many tests passed
 * @property {number} failed how many tests failed
 * @property {string[]} skips each skipped test's name with its reason
 * @property {boolean} finished whether the runner came to its end and reported success
 */

export {}
