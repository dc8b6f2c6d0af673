import { invalidArgument } from '../arguments/invalidArgument.js'
import { text } from '../arguments/text.js'

const MOST = 16

/**
 * Checks the texts that end a generation.
 *
 * @param {unknown} value a string or an array of strings
 * @param {string} name
 */
export function readStop(value, name) {
  if (typeof value === 'string') return [stopText(value, name)]
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'a string or an array of strings')
  if (value.length > MOST) throw invalidArgument(name, value, `at most ${MOST} strings`)
  return Array.from(value, (entry, index) => stopText(entry, `${name}[${index}]`))
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function stopText(value, name) {
  const stop = text(value, name)
  if (stop === '') {
    throw invalidArgument(name, stop, 'a string that is not empty', 'An empty one would end every text.')
  }
  return stop
}
