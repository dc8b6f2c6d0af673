import { RealmError } from '../errors/RealmError.js'
import { invalidArgument } from './invalidArgument.js'
import { nearestName } from './nearestName.js'

/**
 * Checks an options object: each option by its own check, and no others are there. One that is undefined counts as left
 * out.
 *
 * @template {Record<string, (value: unknown, name: string) => unknown>} Checks
 * @param {unknown} options
 * @param {Checks} checks by the option's name; each returns the value to use, or throws
 * @param {{ what: string, prefix?: string }} naming `what` the options are, as in "the options of generate"; `prefix`
 *   goes before an option's name in a message
 * @returns {{ [Name in keyof Checks]?: ReturnType<Checks[Name]> }}
 * @throws {RealmError} `INVALID_ARGUMENT`
 */
export function readOptions(options, checks, { what, prefix = '' }) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument(what, options, 'an object')
  }
  /** @type {Record<string, unknown>} */
  const read = {}
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw unknownName(name, Object.keys(checks), what)
    if (value !== undefined) read[name] = checks[name](value, prefix + name)
  }
  return /** @type {{ [Name in keyof Checks]?: ReturnType<Checks[Name]> }} */ (read)
}

/**
 * @param {string} name
 * @param {string[]} known
 * @param {string} what
 */
function unknownName(name, known, what) {
  const nearest = nearestName(name, known)
  const advice = nearest === undefined ? 'Leave it out.' : `Did you mean ${nearest}?`
  return new RealmError(
    'INVALID_ARGUMENT',
    `${what}: received the unknown name ${JSON.stringify(name)}, expected ${known.join(', ')}. ${advice}`,
  )
}
