import * as v from 'valibot'
import { effortOf, thinking } from '../generation/thinking.js'
import { formatOf, schemaField, showFormatField } from '../openai/formatFields.js'
import { calledTools, functionField } from '../openai/toolFields.js'
import { integer, name, number, object, text } from '../requests/fields.js'
import { inputField } from './inputItems.js'

/** @import { Model } from '../../Model.js' */
/** @import { Call } from '../Call.js' */
/** @import { FunctionField } from '../openai/toolFields.js' */
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

/** A tool: those that a server would have to run itself have other types, and no effect. */
const functionTool = v.object({ type: v.literal('function'), ...functionField.entries })

/** What a response, and a count of its tokens, is asked by. */
export const promptFields = {
  model: v.optional(name),
  input: v.optional(inputField),
  instructions: v.optional(text),
  previous_response_id: v.optional(name),
  tools: v.optional(
    v.array(v.union([functionTool, v.looseObject({ type: v.pipe(v.string(), v.notValue('function')) })])),
  ),
  text: v.optional(v.object({ format: v.nullish(format), verbosity: v.nullish(text) })),
  show_format: showFormatField,
}

/** What a response is asked by. */
export const responseSchema = v.object({
  ...promptFields,
  max_output_tokens: v.optional(integer(1, 2147483647)),
  temperature: v.optional(number(0, 100)),
  top_p: v.optional(number(0, 1)),
  top_logprobs: v.optional(integer(0, 20)),
  include: v.optional(v.array(text)),
  tool_choice: v.optional(
    v.union([
      v.picklist(['none', 'auto', 'required']),
      v.object({ type: v.literal('function'), name: text }),
      v.object({
        type: v.literal('allowed_tools'),
        mode: v.picklist(['auto', 'required']),
        tools: v.array(v.object({ type: v.literal('function'), name: text })),
      }),
    ]),
  ),
  parallel_tool_calls: v.optional(v.boolean()),
  reasoning: v.optional(
    v.object({ effort: v.nullish(text), summary: v.nullish(text), generate_summary: v.nullish(text) }),
  ),
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
 * The tools that a response may have called.
 *
 * @param {Call} call notes those that have no effect
 * @param {Pick<Fields, 'tools'>} fields
 */
export function functionsOf(call, { tools = [] }) {
  return tools.flatMap((tool, index) => {
    if (v.is(functionTool, tool)) return [tool]
    call.ignored.push(`tools[${index}]`)
    return []
  })
}

/**
 * @param {readonly FunctionField[]} functions
 * @param {Fields} fields
 */
function toolOptions(functions, { tool_choice, parallel_tool_calls }) {
  if (typeof tool_choice !== 'object') return calledTools(functions, tool_choice, parallel_tool_calls)
  if (tool_choice.type === 'function')
    return calledTools(functions, { tool: tool_choice.name }, parallel_tool_calls)
  const names = tool_choice.tools.map(({ name }) => name)
  return calledTools(
    functions.filter(({ name }) => names.includes(name)),
    tool_choice.mode,
    parallel_tool_calls,
  )
}

/**
 * What its text must be like, and whether the model reads that.
 *
 * @param {Pick<Fields, 'text' | 'show_format'>} fields
 * @returns {Pick<GenerateOptions, 'format' | 'showFormat'>}
 */
export function formatOptions({ text, show_format }) {
  const asked = text?.format ?? undefined
  return {
    format: formatOf(asked?.type === 'json_schema' ? { type: 'json_schema', json_schema: asked } : asked),
    showFormat: show_format,
  }
}

/**
 * The same as options of a generation.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Fields} fields
 * @param {readonly FunctionField[]} functions
 * @returns {GenerateOptions}
 */
export function optionsOf(call, model, fields, functions) {
  const { max_output_tokens, temperature, top_p, include, top_logprobs, reasoning } = fields
  return {
    ...toolOptions(functions, fields),
    reasoning: thinking(call, model, effortOf(reasoning?.effort), 'reasoning'),
    maxTokens: max_output_tokens,
    temperature,
    topP: top_p,
    ...formatOptions(fields),
    logprobs: include?.includes(LOGPROBS) ? (top_logprobs ?? 0) : undefined,
  }
}
