import { booleanValue, invalidArgument, oneOf, text } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'

/** @import { TurnPart } from '../prompt/turns/turnGrammar.js' */

/**
 * A format as the engine takes it.
 *
 * @typedef {({ schema: unknown, schemas?: Record<string, unknown>, order?: string, spacing?: string } | { regex: string }
 *   | { choices: string[] } | { grammar: string } | { turn: { rules: Record<string, TurnPart>, root: TurnPart } }
 *   | { signs: string[] }) & { closeAtLimit?: boolean }} EngineFormat turns, and signs (texts in which control tokens are
 *   shown, in any text), are made of a chat template alone
 */

/** What an object holds that is no schema but says which form it is. */
const forms = ['regex', 'choices', 'grammar', 'schema']

/**
 * Checks the format of a text.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {EngineFormat}
 */
export function readFormat(value, name) {
  if (value === 'json') return { schema: true }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(
      name,
      value,
      'a JSON Schema, "json", or an object with one of regex, choices, grammar and schema',
    )
  }
  const form = forms.find((key) => Object.hasOwn(value, key))
  if (form === undefined) return { schema: schemaOf(value, name) }
  return /** @type {EngineFormat} */ (
    readOptions(
      value,
      {
        ...(form === 'schema'
          ? {
              schema: schemaOf,
              schemas: schemasOf,
              order: oneOf(['declared', 'any']),
              spacing: oneOf(['single', 'none', 'free']),
            }
          : { [form]: form === 'choices' ? choices : form === 'regex' ? pattern : text }),
        closeAtLimit: booleanValue,
      },
      { what: name },
    )
  )
}

/**
 * What a text of a format is worth: JSON as its value, another text as it is. A turn's text is for its reader.
 *
 * @param {EngineFormat | undefined} format
 * @param {string} text
 * @returns {unknown}
 */
export function formatValue(format, text) {
  if (format === undefined || 'turn' in format || 'signs' in format) return undefined
  return 'schema' in format ? JSON.parse(text) : text
}

/**
 * The JSON Schema that a value is, or has: as Standard JSON Schema defines it, or by a method `toJSONSchema`.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function schemaOf(value, name) {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(name, value, 'a JSON Schema: an object or a boolean')
  }
  const standard = /** @type {any} */ (value)['~standard']?.jsonSchema
  const own = /** @type {any} */ (value).toJSONSchema
  const schema =
    typeof standard?.input === 'function'
      ? standard.input({ target: 'draft-2020-12' })
      : typeof own === 'function'
        ? own.call(value)
        : value
  // Through its text, so that nothing is in it that JSON has not.
  return JSON.parse(JSON.stringify(schema))
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function schemasOf(value, name) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(name, value, 'an object of JSON Schemas by their URIs')
  }
  return Object.fromEntries(
    Object.entries(value).map(([uri, schema]) => [uri, schemaOf(schema, `${name}[${JSON.stringify(uri)}]`)]),
  )
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function choices(value, name) {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalidArgument(name, value, 'an array of strings, at least one')
  }
  return value.map((choice, index) => text(choice, `${name}[${index}]`))
}

/**
 * @param {unknown} value a pattern, or a RegExp without flags that change what it matches
 * @param {string} name
 */
function pattern(value, name) {
  if (!(value instanceof RegExp)) return text(value, name)
  if (/[imsv]/.test(value.flags)) {
    throw invalidArgument(name, value, 'a RegExp without the flags i, m, s and v')
  }
  return value.source
}
