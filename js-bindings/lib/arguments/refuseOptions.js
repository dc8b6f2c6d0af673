import { invalidArgument } from './checks.js'

/** Options of a generation that belong to a prompt of messages, or to several answers. */
export const OF_CHATS = /** @type {const} */ ([
  'n',
  'raw',
  'showFormat',
  'continueFinal',
  'system',
  'templateOptions',
  'tools',
  'toolChoice',
  'parallelToolCalls',
  'reasoning',
])

/**
 * Refuses options that mean nothing where they are given. One that is null is left out.
 *
 * @param {any} options
 * @param {readonly string[]} names
 * @param {string} expected
 * @param {string} advice
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function refuseOptions(options, names, expected, advice) {
  for (const name of names) {
    const value = options?.[name] ?? undefined
    if (value !== undefined) throw invalidArgument(name, value, expected, advice)
  }
}
