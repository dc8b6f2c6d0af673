import * as v from 'valibot'
import { describeValue } from '../../arguments/checks.js'
import { nearestName } from '../../arguments/readOptions.js'
import { HttpError } from '../errors/HttpError.js'

/**
 * What an endpoint takes.
 *
 * @template {v.ObjectEntries} [Entries=v.ObjectEntries]
 * @typedef {object} RequestForm
 * @property {v.LooseObjectSchema<Entries, undefined> | v.ObjectSchema<Entries, undefined>} schema of the fields that have an effect
 * @property {import('./withoutEffect.js').WithoutEffect} withoutEffect the fields that have none
 */

/**
 * Checks a request by its schema. A field that is null counts as left out, as clients mean it.
 *
 * @template {v.ObjectEntries} Entries
 * @param {RequestForm<Entries>} form
 * @param {Record<string, unknown>} body
 * @returns {{ fields: v.InferOutput<v.ObjectSchema<Entries, undefined>>, ignored: string[] }} `ignored`: the names of those that have no effect
 * @throws {HttpError}
 */
export function readRequest({ schema, withoutEffect: { ignored, refused } }, body) {
  /** @type {Record<string, unknown>} */
  const given = {}
  /** @type {string[]} */
  const dropped = []
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue
    if (Object.hasOwn(schema.entries, name)) given[name] = value
    else if (ignored.includes(name)) dropped.push(name)
    else if (Object.hasOwn(refused, name)) {
      const { why, unless } = refused[name]
      if (!unless?.(value)) throw new HttpError('unsupported_field', `${name}: ${why}`, { param: name })
      dropped.push(name)
    } else throw unknownField(name, [...Object.keys(schema.entries), ...ignored])
  }
  return { fields: /** @type {any} */ (checked(schema, given)), ignored: dropped }
}

/**
 * Checks a value by a schema.
 *
 * @template {v.GenericSchema} S
 * @param {S} schema
 * @param {unknown} value
 * @param {string} [name] of the value; default: the names of its fields alone
 * @returns {v.InferOutput<S>}
 * @throws {HttpError} `invalid_value`
 */
export function checked(schema, value, name = '') {
  const { success, output, issues } = v.safeParse(schema, value, { abortEarly: true })
  if (!success) throw errorOf(deepest(issues[0]), name)
  return output
}

/** @param {string} name @param {string[]} known */
function unknownField(name, known) {
  const nearest = nearestName(name.slice(0, 60), known)
  const advice = nearest === undefined ? 'Leave it out.' : `Did you mean ${nearest}?`
  const shown = describeValue(name)
  return new HttpError('unknown_field', `The body: received the unknown field ${shown}. ${advice}`, {
    param: name.slice(0, 60),
  })
}

/**
 * Of the ways in which a value is none of several kinds, the one that came furthest.
 *
 * @param {v.BaseIssue<unknown>} issue
 * @returns {v.BaseIssue<unknown>}
 */
function deepest(issue) {
  const inner = (issue.issues ?? []).map(deepest).filter(({ path }) => (path?.length ?? 0) > 0)
  if (inner.length === 0) return issue
  const furthest = inner.reduce((a, b) => ((b.path?.length ?? 0) > (a.path?.length ?? 0) ? b : a))
  const path = /** @type {any} */ ([...(issue.path ?? []), ...(furthest.path ?? [])])
  return { ...furthest, path }
}

/** @param {v.BaseIssue<unknown>} issue @param {string} name */
function errorOf({ path, input, expected, message, kind }, name) {
  const param = (path ?? [])
    .map(({ key }, i) =>
      typeof key === 'number' ? `[${key}]` : i === 0 && name === '' ? String(key) : `.${String(key)}`,
    )
    .join('')
    .replace(/^/, name)
    .slice(0, 200)
  const said =
    input === undefined && kind === 'schema'
      ? 'is missing'
      : `received ${describeValue(input)}, expected ${expected ?? message}`
  return new HttpError('invalid_value', `${param || 'The body'}: ${said}.`, { param: param || undefined })
}
