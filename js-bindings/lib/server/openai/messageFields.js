import * as v from 'valibot'
import { listOf, object, text } from '../requests/fields.js'

/** @import { Message } from '../../types.d.ts' */

/** What a message says: a text, or parts; those of other types than text are refused where the prompt is put together. */
const content = v.nullish(v.union([text, v.array(v.union([text, v.looseObject({ type: v.string() })]))]))

/** Calls of tools that an assistant has made; arguments are an object, or its JSON. */
export const toolCallsField = v.nullish(
  v.array(
    v.object({
      id: v.nullish(text),
      type: v.nullish(v.literal('function')),
      function: v.looseObject({ name: text, arguments: v.nullish(v.union([text, object])) }),
    }),
  ),
)

/** A message of a chat. Other fields than these, such as those of a replayed answer, are left out. */
const message = v.object({
  role: v.picklist(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content,
  name: v.nullish(text),
  tool_calls: toolCallsField,
  tool_call_id: v.nullish(text),
  reasoning_content: v.nullish(text),
})

/** The messages of a chat. */
export const messageFields = listOf(message)

/**
 * The messages as the library takes them.
 *
 * @param {v.InferOutput<typeof messageFields>} messages
 * @returns {Message[]}
 */
export function messagesOf(messages) {
  return messages.map(({ content, tool_calls, tool_call_id, name, ...others }) => ({
    ...others,
    name: name ?? undefined,
    tool_calls: tool_calls ?? undefined,
    tool_call_id: tool_call_id ?? undefined,
    content: Array.isArray(content) ? content.map(partOf) : content,
  }))
}

/**
 * A part of a message: that an answer refused something is text, too.
 *
 * @param {string | { type: string, [field: string]: unknown }} part
 */
function partOf(part) {
  if (typeof part === 'string') return { type: 'text', text: part }
  if (part.type === 'refusal') return { type: 'text', text: /** @type {string} */ (part.refusal) }
  return part
}
