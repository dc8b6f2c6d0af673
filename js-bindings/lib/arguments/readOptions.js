import { RealmError } from '../errors/RealmError.js'
import { invalidArgument } from './checks.js'

/**
 * Checks an options object: each option by its own check, and no others are there. One that is undefined or null counts as
 * left out: clients of HTTP interfaces send null for it.
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
    if (value !== undefined && value !== null) read[name] = checks[name](value, prefix + name)
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

/**
 * The one of `names` that a misspelt `name` most likely meant: at most a third of its letters differ.
 *
 * @param {string} name
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function nearestName(name, names) {
  const [nearest] = names
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(name.length, candidate.length) / 3)
    .sort((a, b) => a.edits - b.edits)
  return nearest?.candidate
}

/**
 * Letters to insert, drop or replace (Levenshtein 1966).
 *
 * @param {string} a
 * @param {string} b
 */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
