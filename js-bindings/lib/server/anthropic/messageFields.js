import * as v from 'valibot'
import { HttpError } from '../errors/HttpError.js'
import { thinking } from '../generation/thinking.js'
import { schemaField } from '../openai/formatFields.js'
import { calledTools } from '../openai/toolFields.js'
import { integer, name, number, text } from '../requests/fields.js'
import { messageFields, systemField } from './messageBlocks.js'

/** @import { Model } from '../../Model.js' */
/** @import { Call } from '../Call.js' */
/** @import { FunctionField } from '../openai/toolFields.js' */
/** @import { Format, GenerateOptions, JsonSchema, Reasoning } from '../../types.d.ts' */

/** A format by its schema. */
const format = v.nullish(v.object({ type: v.literal('json_schema'), schema: schemaField }))

/** A tool: those that Anthropic defines itself, and runs in part, have types, and no effect. */
const tool = v.looseObject({
  name: v.nullish(text),
  type: v.nullish(text),
  description: v.nullish(text),
  input_schema: v.nullish(schemaField),
})

/** What both a message and a count of its tokens are asked by. */
export const promptFields = {
  model: v.optional(name),
  messages: messageFields,
  system: v.optional(systemField),
  output_config: v.optional(v.object({ effort: v.nullish(text), format })),
  output_format: format,
  tools: v.optional(v.array(tool)),
  thinking: v.optional(v.looseObject({ type: text, budget_tokens: v.nullish(integer(0, 2147483647)) })),
}

/** What a message is asked by. */
export const messageSchema = v.object({
  ...promptFields,
  max_tokens: integer(1, 2147483647),
  temperature: v.optional(number(0, 100)),
  top_p: v.optional(number(0, 1)),
  top_k: v.optional(integer(0, 2147483647)),
  tool_choice: v.optional(
    v.object({
      type: v.picklist(['auto', 'any', 'tool', 'none']),
      name: v.nullish(text),
      disable_parallel_tool_use: v.nullish(v.boolean()),
    }),
  ),
  stop_sequences: v.optional(v.pipe(v.array(text), v.maxLength(16))),
  stream: v.optional(v.boolean()),
})

/**
 * The tools that may be called.
 *
 * @param {Call} call notes those that have no effect
 * @param {{ tools?: readonly v.InferOutput<typeof tool>[] }} fields
 * @returns {FunctionField[]}
 * @throws {HttpError} `invalid_value`
 */
export function functionsOf(call, { tools = [] }) {
  return tools.flatMap(({ name, type, description, input_schema }, index) => {
    if (type !== undefined && type !== null && type !== 'custom') {
      call.ignored.push(`tools[${index}]`)
      return []
    }
    const param = `tools[${index}].name`
    if (!name) throw new HttpError('invalid_value', `${param}: is missing.`, { param })
    return [{ name, description, parameters: input_schema }]
  })
}

/**
 * @param {Call} call
 * @param {v.InferOutput<typeof messageSchema>} fields
 */
function toolOptions(call, { tools, tool_choice }) {
  const { type = 'auto', name, disable_parallel_tool_use } = tool_choice ?? {}
  const choice = type === 'any' ? 'required' : type === 'tool' ? { tool: name ?? '' } : type
  return calledTools(functionsOf(call, { tools }), choice, disable_parallel_tool_use ? false : undefined)
}

/**
 * How far the model is to think.
 *
 * @param {v.InferOutput<typeof messageSchema>} fields
 * @returns {Reasoning | undefined}
 */
function reasoningOf({ thinking: asked, output_config }) {
  const { effort } = output_config ?? {}
  if (asked?.type === 'disabled') return false
  if (asked === undefined && !effort) return undefined
  const budget = asked?.budget_tokens ?? undefined
  return budget === undefined && !effort
    ? true
    : { ...(budget === undefined ? {} : { budget }), ...(effort ? { effort } : {}) }
}

/**
 * What the text must be like.
 *
 * @param {Pick<v.InferOutput<typeof messageSchema>, 'output_config' | 'output_format'>} fields
 * @returns {Format | undefined}
 */
export function formatOf({ output_config, output_format }) {
  const asked = output_config?.format ?? output_format
  return asked ? { schema: /** @type {JsonSchema} */ (asked.schema) } : undefined
}

/**
 * The same as options of a generation.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {v.InferOutput<typeof messageSchema>} fields
 * @returns {GenerateOptions}
 */
export function optionsOf(call, model, fields) {
  const field = fields.thinking === undefined ? 'output_config.effort' : 'thinking'
  return {
    ...toolOptions(call, fields),
    reasoning: thinking(call, model, reasoningOf(fields), field),
    maxTokens: fields.max_tokens,
    temperature: fields.temperature,
    topP: fields.top_p,
    topK: fields.top_k,
    stop: fields.stop_sequences?.filter((stop) => stop !== ''),
    format: formatOf(fields),
  }
}
