import * as v from 'valibot'
import { describedSchema } from '../../generation/describedSchema.js'
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

/** Whether the model reads the schema: Realm's own field. */
export const showFormatField = v.optional(v.boolean())

/**
 * The format of a generation. What a schema is named and described as beside it, is told to the model with it.
 *
 * @param {v.InferOutput<typeof responseFormat> | undefined} asked
 * @returns {Format | undefined}
 */
export function formatOf(asked) {
  if (asked === undefined || asked.type === 'text') return undefined
  if (asked.type === 'json_object')
    return { schema: /** @type {JsonSchema} */ (asked.schema ?? { type: 'object' }) }
  const { schema, name, description } = asked.json_schema
  return {
    schema: /** @type {JsonSchema} */ (describedSchema(schema ?? { type: 'object' }, name, description)),
  }
}
