import * as v from 'valibot'
import { formatOf, schemaField } from '../openai/formatFields.js'
import { integer, name, number, object, text } from '../requests/fields.js'
import { inputField } from './inputItems.js'

/** @import { GenerateOptions } from '../../types.d.ts' */

/** What the text must be like. */
const format = v.variant('type', [
  v.object({ type: v.literal('text') }),
  v.object({ type: v.literal('json_object') }),
  v.object({
    type: v.literal('json_schema'),
    name: v.nullish(text),
    description: v.nullish(text),
    strict: v.nullish(v.boolean()),
    schema: schemaField,
  }),
])

/** What a response, and a count of its tokens, is asked by. */
export const promptFields = {
  model: v.optional(name),
  input: v.optional(inputField),
  instructions: v.optional(text),
  previous_response_id: v.optional(name),
}

/** What a response is asked by. */
export const responseSchema = v.object({
  ...promptFields,
  max_output_tokens: v.optional(integer(1, 2147483647)),
  temperature: v.optional(number(0, 100)),
  top_p: v.optional(number(0, 1)),
  top_logprobs: v.optional(integer(0, 20)),
  include: v.optional(v.array(text)),
  text: v.optional(v.object({ format: v.nullish(format), verbosity: v.nullish(text) })),
  store: v.optional(v.boolean()),
  background: v.optional(v.boolean()),
  metadata: v.optional(object),
  stream: v.optional(v.boolean()),
  stream_options: v.optional(v.object({ include_obfuscation: v.nullish(v.boolean()) })),
})

/** @typedef {v.InferOutput<typeof responseSchema>} Fields */

/** What asks for log-probabilities. */
const LOGPROBS = 'message.output_text.logprobs'

/**
 * The same as options of a generation.
 *
 * @param {Fields} fields
 * @returns {GenerateOptions}
 */
export function optionsOf({ max_output_tokens, temperature, top_p, text, include, top_logprobs }) {
  const asked = text?.format ?? undefined
  return {
    maxTokens: max_output_tokens,
    temperature,
    topP: top_p,
    format: formatOf(asked?.type === 'json_schema' ? { type: 'json_schema', json_schema: asked } : asked),
    logprobs: include?.includes(LOGPROBS) ? (top_logprobs ?? 0) : undefined,
  }
}
