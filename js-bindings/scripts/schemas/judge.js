import Ajv from 'ajv'
import Ajv2019 from 'ajv/dist/2019.js'
import Ajv2020 from 'ajv/dist/2020.js'
import Ajv4 from 'ajv-draft-04'
import addFormats from 'ajv-formats'

// Of a CommonJS module, whose types name its default export twice.
const formats = /** @type {any} */ (addFormats)

/** @import { SchemaCase } from './cases.js' */

/**
 * Who says what is wrong with a value.
 *
 * @typedef {(value: unknown) => string | undefined} Judge
 */

/**
 * ajv as the judge of a case's values; where it cannot be, why: it refuses the schema, or is wrong about the case's own
 * instances. Of formats it may refuse some that are valid: what Realm writes has to be what it takes.
 *
 * @param {Pick<SchemaCase, 'schema' | 'schemas' | 'instances'>} given
 * @param {boolean} [isOfFormat] default false
 * @returns {{ judge: Judge } | { unjudged: string }}
 */
export function judgeOf(given, isOfFormat = false) {
  try {
    const judge = compile(given)
    const wrong = given.instances.filter(
      ({ text, valid }) => (judge(JSON.parse(text)) === undefined) !== valid && !(isOfFormat && valid),
    )
    return wrong.length === 0 ? { judge } : { unjudged: `ajv is wrong about ${wrong[0].text}` }
  } catch (error) {
    return { unjudged: `ajv fails: ${/** @type {Error} */ (error).message}` }
  }
}

/**
 * @param {Pick<SchemaCase, 'schema' | 'schemas'>} given
 * @returns {Judge}
 */
function compile({ schema, schemas }) {
  const dialect = String(/** @type {any} */ (schema)?.$schema ?? '')
  const Judge = /** @type {any} */ (
    /draft-04/.test(dialect)
      ? Ajv4
      : /2019-09/.test(dialect)
        ? Ajv2019
        : /draft-0\d/.test(dialect)
          ? Ajv
          : Ajv2020
  )
  const read = /draft-0\d/.test(dialect) ? withoutSiblings : (/** @type {unknown} */ given) => given
  // It divides, and the quotient of two decimals is seldom an integer.
  const ajv = new Judge({ strict: false, logger: false, multipleOfPrecision: 3 })
  formats(ajv)
  for (const [uri, other] of Object.entries(schemas)) {
    if (ajv.getSchema(uri) === undefined) ajv.addSchema(read(other), uri)
  }
  const validate = ajv.compile(read(withoutOwnDialect(schema)))
  return (value) => (validate(value) ? undefined : ajv.errorsText(validate.errors))
}

/** ajv takes the dialects that it knows alone. @param {any} schema */
function withoutOwnDialect(schema) {
  const { $schema, ...rest } = typeof schema === 'object' ? schema : {}
  const known = /json-schema\.org\/draft(-0[47]\/schema#?|\/20\d\d-\d\d\/schema)$/.test(String($schema))
  return typeof schema !== 'object' || known ? schema : rest
}

/** Up to draft-07 nothing beside a reference counts, which ajv does not follow. @param {any} schema @returns {any} */
function withoutSiblings(schema) {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(withoutSiblings)
  const entries = Object.entries(schema)
  const kept = typeof schema.$ref === 'string' ? entries.filter(([key]) => BESIDE.includes(key)) : entries
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutSiblings(value)]))
}

/** What a reference may need, and what says how it is read. */
const BESIDE = ['$ref', '$schema', 'definitions']
