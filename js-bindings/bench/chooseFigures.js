import { SetupError } from '../scripts/runProgram.js'
import { busyPass } from './busyPass.js'
import { figures } from './figures.js'

/** @import { Figure } from './figures.js' */

/**
 * The figures that the user asks for.
 *
 * @param {object} wishes
 * @param {string} [wishes.only] groups, and figures by their ids, with commas between them; default all
 * @param {number} [wishes.busy] how many processes keep the cores busy: then it is decoding at 0 alone, without them and
 *   beside them
 * @returns {Figure[]}
 * @throws {SetupError} for a name that is neither's, or for both wishes
 */
export function chooseFigures({ only, busy }) {
  if (busy !== undefined) {
    if (only !== undefined) {
      throw new SetupError(
        '--busy measures decoding at 0 alone, and --only names figures: leave one of them out',
      )
    }
    const quiet = figures.filter(({ id }) => id === 'decode-0')
    const label = `decode at 0 beside ${busy} busy`
    return [...quiet, ...quiet.map((figure) => ({ ...figure, id: busyPass.decode, label, busy }))]
  }
  if (only === undefined) return [...figures]
  const wanted = only.split(',').map((name) => name.trim())
  /** @type {string[]} */
  const known = [...new Set([...figures.map(({ group }) => group), ...figures.map(({ id }) => id)])]
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new SetupError(
      `--only names "${unknown}"; expected some of ${known.join(',')}, with commas between them`,
    )
  }
  return figures.filter(({ group, id }) => wanted.includes(group) || wanted.includes(id))
}
