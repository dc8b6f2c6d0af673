import { invalidArgument } from '../arguments/checks.js'
import { describedSchema } from '../generation/describedSchema.js'
import { generateOptions } from '../generation/options.js'

/** @import { Format, GenerateOptions, ToolChoice, Tools } from '../types.d.ts' */

/**
 * The options of `generate` among those of a call of LangChain, whose own names are turned into them.
 *
 * @param {Record<string, any>} options
 * @returns {GenerateOptions}
 */
export function readCallOptions(options) {
  const {
    tools,
    tool_choice: choice,
    response_format: responseFormat,
    parallel_tool_calls: parallel,
  } = options
  const own = Object.entries(options).filter(
    ([name, value]) => Object.hasOwn(generateOptions, name) && name !== 'tools' && value !== undefined,
  )
  return {
    ...Object.fromEntries(own),
    ...(tools === undefined || tools.length === 0
      ? {}
      : { tools: readTools(tools), ...(choice === undefined ? {} : { toolChoice: readChoice(choice) }) }),
    ...(parallel === undefined ? {} : { parallelToolCalls: parallel }),
    ...(responseFormat === undefined ? {} : { format: readResponseFormat(responseFormat) }),
  }
}

/**
 * @param {{ function: { name: string, description?: string, parameters?: any } }[]} tools as OpenAI has them
 * @returns {Tools}
 */
function readTools(tools) {
  return Object.fromEntries(
    tools.map(({ function: called }, index) => {
      if (called === undefined) {
        throw invalidArgument(
          `tools[${index}]`,
          tools[index],
          "{ type: 'function', function }",
          'bindTools() makes it.',
        )
      }
      const { name, description, parameters } = called
      return [name, { description, parameters }]
    }),
  )
}

/** @param {any} choice @returns {ToolChoice} */
function readChoice(choice) {
  if (choice === 'any' || choice === true) return 'required'
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice
  if (choice === false) return 'none'
  return { tool: typeof choice === 'string' ? choice : (choice.function?.name ?? choice.name) }
}

/** @param {any} format as OpenAI has it @returns {Format | undefined} */
function readResponseFormat(format) {
  if (format.type === 'json_schema') {
    const { schema, name, description } = format.json_schema
    return { schema: describedSchema(schema, name, description) }
  }
  return format.type === 'json_object' ? 'json' : undefined
}
