import { SetupError } from '../scripts/SetupError.js'
import { figures } from './figures.js'

/** @import { Figure } from './figures.js' */

/**
 * The figures of the groups that the user names.
 *
 * @param {string} [only] groups with commas between them; default all
 * @returns {Figure[]}
 * @throws {SetupError} for a name that is no group's
 */
export function chooseFigures(only) {
  /** @type {string[]} */
  const groups = [...new Set(figures.map(({ group }) => group))]
  const wanted = only === undefined ? groups : only.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !groups.includes(name))
  if (unknown !== undefined) {
    throw new SetupError(
      `--only names "${unknown}"; expected some of ${groups.join(',')}, with commas between them`,
    )
  }
  return figures.filter(({ group }) => wanted.includes(group))
}
