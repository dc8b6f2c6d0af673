import { SetupError } from '../scripts/SetupError.js'
import { busyPass } from './busyPass.js'
import { figures } from './figures.js'

/** @import { Figure } from './figures.js' */

/**
 * The figures that the user asks for.
 *
 * @param {object} wishes
 * @param {string} [wishes.only] groups with commas between them; default all
 * @param {number} [wishes.busy] how many processes keep the cores busy: then it is decoding at 0 alone, without them and
 *   beside them
 * @returns {Figure[]}
 * @throws {SetupError} for a name that is no group's, or for both wishes
 */
export function chooseFigures({ only, busy }) {
  if (busy !== undefined) {
    if (only !== undefined) {
      throw new SetupError(
        '--busy measures decoding at 0 alone, and --only names groups: leave one of them out',
      )
    }
    const quiet = figures.filter(({ id }) => id === 'decode-0')
    const label = `decode at 0 beside ${busy} busy`
    return [...quiet, ...quiet.map((figure) => ({ ...figure, id: busyPass.decode, label, busy }))]
  }
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
