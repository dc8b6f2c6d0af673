import * as v from 'valibot'
import { object, text } from '../requests/fields.js'

/** @import { Format, JsonSchema } from '../../types.d.ts' */

/** A JSON Schema. */
export const schemaField = v.union([v.boolean(), object])

/** What the answer must be like. A schema is enforced, `strict` or not. */
export const responseFormat = v.variant('type', [
  v.object({ type: v.literal('text') }),
  v.object({ type: v.literal('json_object'), schema: v.nullish(schemaField) }),
  v.object({
    type: v.literal('json_schema'),
    json_schema: v.object({
      name: v.nullish(text),
      description: v.nullish(text),
      strict: v.nullish(v.boolean()),
      schema: v.nullish(schemaField),
    }),
  }),
])

/**
 * The format of a generation.
 *
 * @param {v.InferOutput<typeof responseFormat> | undefined} asked
 * @returns {Format | undefined}
 */
export function formatOf(asked) {
  if (asked === undefined || asked.type === 'text') return undefined
  const given = asked.type === 'json_object' ? asked.schema : asked.json_schema.schema
  return { schema: /** @type {JsonSchema} */ (given ?? { type: 'object' }) }
}
