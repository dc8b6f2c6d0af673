import * as v from 'valibot'
import { HttpError } from '../errors/HttpError.js'
import { listOf, object, text } from '../requests/fields.js'

/** A part of a message of a document. */
const part = v.variant('type', [
  v.object({ type: v.picklist(['input_text', 'output_text']), text }),
  v.object({ type: v.literal('refusal'), refusal: text }),
  v.object({ type: v.literal('input_json'), data: v.union([object, v.array(object)]) }),
])

const parts = v.union([text, v.array(part)])

/** What is decided about: a text, or a conversation with its calls of tools. */
export const documentField = v.union([
  text,
  listOf(
    v.union([
      v.object({
        type: v.nullish(v.literal('message')),
        role: v.picklist(['user', 'developer', 'system', 'assistant']),
        content: parts,
      }),
      v.object({ type: v.literal('function_call'), call_id: text, name: text, arguments: text }),
      v.object({ type: v.literal('custom_tool_call'), call_id: text, name: text, input: text }),
      v.object({
        type: v.picklist(['function_call_output', 'custom_tool_call_output']),
        call_id: text,
        output: parts,
      }),
    ]),
  ),
])

/**
 * The text that is decided about; of a conversation, a paragraph a message, by who says it.
 *
 * @param {v.InferOutput<typeof documentField>} input
 * @returns {string}
 * @throws {HttpError} `invalid_value`
 */
export function documentOf(input) {
  if (typeof input === 'string') return input
  const [first] = input
  if (input.length === 1 && 'content' in first) return textOf(first.content)
  /** @type {Map<string, string>} */
  const called = new Map()
  const paragraphs = input.map((item, index) => {
    if ('content' in item) return `${item.role}: ${textOf(item.content)}`
    if ('output' in item) {
      const tool = called.get(item.call_id)
      if (tool !== undefined) return `${tool} gave: ${textOf(item.output)}`
      const param = `input[${index}].call_id`
      throw new HttpError('invalid_value', `${param}: expected the id of a call before it.`, { param })
    }
    called.set(item.call_id, item.name)
    return `assistant calls ${item.name}: ${'input' in item ? item.input : item.arguments}`
  })
  return paragraphs.join('\n\n')
}

/** @param {v.InferOutput<typeof parts>} content */
function textOf(content) {
  if (typeof content === 'string') return content
  return content
    .map((one) =>
      one.type === 'input_json' ? JSON.stringify(one.data) : one.type === 'refusal' ? one.refusal : one.text,
    )
    .join('\n')
}
