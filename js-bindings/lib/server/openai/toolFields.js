import * as v from 'valibot'
import { HttpError } from '../errors/HttpError.js'
import { text } from '../requests/fields.js'
import { schemaField } from './formatFields.js'

/** @import { GenerateOptions, ToolChoice, Tools } from '../../types.d.ts' */

/** What a function is: its arguments meet its schema, `strict` or not. */
export const functionField = v.object({
  name: text,
  description: v.nullish(text),
  parameters: v.nullish(schemaField),
  strict: v.nullish(v.boolean()),
})

const functionTool = v.object({ type: v.literal('function'), function: functionField })

const byName = v.object({ name: text })

/** The fields that say which tools may be called, and whether they are. */
export const toolFields = {
  tools: v.optional(v.array(functionTool)),
  tool_choice: v.optional(
    v.union([
      v.picklist(['none', 'auto', 'required']),
      v.object({ type: v.literal('function'), function: byName }),
      v.object({
        type: v.literal('allowed_tools'),
        allowed_tools: v.object({
          mode: v.picklist(['auto', 'required']),
          tools: v.array(v.object({ type: v.literal('function'), function: byName })),
        }),
      }),
    ]),
  ),
  parallel_tool_calls: v.optional(v.boolean()),
}

/** @typedef {v.InferOutput<typeof functionField>} FunctionField */

/**
 * The same as options of a generation.
 *
 * @param {{ [Name in keyof typeof toolFields]?: v.InferOutput<(typeof toolFields)[Name]> }} fields
 * @returns {Pick<GenerateOptions, 'tools' | 'toolChoice' | 'parallelToolCalls'>}
 */
export function toolOptions({ tools = [], tool_choice, parallel_tool_calls }) {
  const functions = tools.map((tool) => tool.function)
  if (typeof tool_choice === 'object' && tool_choice.type === 'allowed_tools') {
    const { mode, tools: allowed } = tool_choice.allowed_tools
    const names = allowed.map((tool) => tool.function.name)
    return calledTools(
      functions.filter(({ name }) => names.includes(name)),
      mode,
      parallel_tool_calls,
    )
  }
  const choice = typeof tool_choice === 'object' ? { tool: tool_choice.function.name } : tool_choice
  return calledTools(functions, choice, parallel_tool_calls)
}

/**
 * Tools, and whether they are called, as options of a generation.
 *
 * @param {readonly FunctionField[]} functions
 * @param {ToolChoice | undefined} toolChoice
 * @param {boolean | undefined} parallelToolCalls
 * @returns {Pick<GenerateOptions, 'tools' | 'toolChoice' | 'parallelToolCalls'>}
 * @throws {HttpError} `invalid_value`
 */
export function calledTools(functions, toolChoice, parallelToolCalls) {
  if (functions.length === 0) {
    if (toolChoice === undefined || toolChoice === 'none' || toolChoice === 'auto') return {}
    throw new HttpError('invalid_value', 'tool_choice: expected tools to choose from.', {
      param: 'tool_choice',
    })
  }
  return { tools: toolsOf(functions), toolChoice, parallelToolCalls }
}

/**
 * @param {readonly FunctionField[]} functions
 * @returns {Tools}
 * @throws {HttpError} `invalid_value`
 */
export function toolsOf(functions) {
  /** @type {Record<string, import('../../types.d.ts').Tool>} */
  const tools = {}
  for (const [index, { name, description, parameters }] of functions.entries()) {
    if (Object.hasOwn(tools, name)) {
      const param = `tools[${index}]`
      throw new HttpError('invalid_value', `${param}: expected another name for each tool.`, { param })
    }
    Object.defineProperty(tools, name, {
      value: { description: description ?? undefined, parameters: parameters ?? undefined },
      enumerable: true,
    })
  }
  return tools
}
