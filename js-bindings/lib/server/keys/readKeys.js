import { integerIn, invalidArgument, text } from '../../arguments/checks.js'
import { readOptions } from '../../arguments/readOptions.js'

/** @import { KeyEntry } from '../types.d.ts' */

const many = integerIn({ from: 1, to: 2 ** 31 - 1, advice: 'Leave it out for any number.' })

/**
 * Checks the entries of keys.
 *
 * @param {unknown} entries
 * @param {string} name
 * @returns {KeyEntry[]}
 * @throws {import('../../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function readKeys(entries, name) {
  if (!Array.isArray(entries)) throw invalidArgument(name, entries, 'a list of keys: { name, sha256, … }')
  const keys = entries.map((entry, index) => readKey(entry, `${name}[${index}]`))
  const names = new Set()
  for (const key of keys) {
    if (names.has(key.name)) throw invalidArgument(`${name}: name`, key.name, 'another name for each key')
    names.add(key.name)
  }
  return keys
}

/** @param {unknown} entry @param {string} what @returns {KeyEntry} */
function readKey(entry, what) {
  const read = readOptions(
    entry,
    {
      name: notEmpty,
      sha256,
      requestsPerMinute: many,
      tokensPerMinute: many,
      parallel: many,
      models: (value, name) => {
        if (!Array.isArray(value)) throw invalidArgument(name, value, 'a list of names of models')
        return value.map((model, index) => text(model, `${name}[${index}]`))
      },
      priority: integerIn({ from: -10, to: 10, advice: 'Default: 0.' }),
      tenant: text,
    },
    { what, prefix: `${what}.` },
  )
  if (read.name === undefined) throw invalidArgument(`${what}.name`, undefined, 'a name for the key')
  if (read.sha256 === undefined) throw invalidArgument(`${what}.sha256`, undefined, SHA256)
  return /** @type {KeyEntry} */ (read)
}

/** @param {unknown} value @param {string} name */
function notEmpty(value, name) {
  if (text(value, name) === '') throw invalidArgument(name, value, 'a name that is not empty')
  return /** @type {string} */ (value)
}

const SHA256 = 'the SHA-256 sum of the key: 64 digits in hex, as printf %s KEY | sha256sum gives it'

/** @param {unknown} value @param {string} name */
function sha256(value, name) {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/i.test(value)) throw invalidArgument(name, value, SHA256)
  return value.toLowerCase()
}
