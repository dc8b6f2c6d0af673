import * as v from 'valibot'
import { schemaField } from '../openai/formatFields.js'
import { integer, name, number, text } from '../requests/fields.js'
import { messageFields, systemField } from './messageBlocks.js'

/** @import { GenerateOptions, JsonSchema } from '../../types.d.ts' */

/** A format by its schema. */
const format = v.nullish(v.object({ type: v.literal('json_schema'), schema: schemaField }))

/** What both a message and a count of its tokens are asked by. */
export const promptFields = {
  model: v.optional(name),
  messages: messageFields,
  system: v.optional(systemField),
  output_config: v.optional(v.object({ effort: v.nullish(text), format })),
  output_format: format,
}

/** What a message is asked by. */
export const messageSchema = v.object({
  ...promptFields,
  max_tokens: integer(1, 2147483647),
  temperature: v.optional(number(0, 100)),
  top_p: v.optional(number(0, 1)),
  top_k: v.optional(integer(0, 2147483647)),
  stop_sequences: v.optional(v.pipe(v.array(text), v.maxLength(16))),
  stream: v.optional(v.boolean()),
})

/**
 * The same as options of a generation.
 *
 * @param {v.InferOutput<typeof messageSchema>} fields
 * @returns {GenerateOptions}
 */
export function optionsOf(fields) {
  const asked = fields.output_config?.format ?? fields.output_format
  return {
    maxTokens: fields.max_tokens,
    temperature: fields.temperature,
    topP: fields.top_p,
    topK: fields.top_k,
    stop: fields.stop_sequences?.filter((stop) => stop !== ''),
    format: asked ? { schema: /** @type {JsonSchema} */ (asked.schema) } : undefined,
  }
}
