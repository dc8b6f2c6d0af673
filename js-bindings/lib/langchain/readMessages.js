import { invalidArgument } from '../arguments/checks.js'

/** @import { AIMessage, BaseMessage, ToolMessage } from '@langchain/core/messages' */
/** @import { Message } from '../types.d.ts' */

const ROLES = /** @type {const} */ ({
  system: 'system',
  developer: 'system',
  human: 'user',
  ai: 'assistant',
  tool: 'tool',
  function: 'tool',
})

/**
 * Turns LangChain's messages into those of `generate`.
 *
 * @param {BaseMessage[]} messages
 * @returns {Message[]}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT` for content that is no text
 */
export function readMessages(messages) {
  return messages.map((message) => {
    const type = message.type
    if (type === 'generic') {
      const { role } = /** @type {any} */ (message)
      return { role, content: textOf(message) }
    }
    const role = ROLES[/** @type {keyof typeof ROLES} */ (type)]
    if (role === undefined) {
      throw invalidArgument('the type of a message', type, Object.keys(ROLES).join(', '))
    }
    if (role === 'assistant') return assistantMessage(/** @type {AIMessage} */ (message))
    if (role !== 'tool') return { role, content: textOf(message) }
    const { tool_call_id: id } = /** @type {ToolMessage} */ (message)
    return { role, tool_call_id: id, name: message.name, content: textOf(message) }
  })
}

/** @param {AIMessage} message @returns {Message} */
function assistantMessage(message) {
  const text = textOf(message)
  const calls = (message.tool_calls ?? []).map(({ id, name, args }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  }))
  const { reasoning_content: reasoning } = message.additional_kwargs
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(typeof reasoning === 'string' ? { reasoning_content: reasoning } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}

/** Blocks of an answer that are no text of it, but said elsewhere in the message. */
const ELSEWHERE = ['reasoning', 'tool_call', 'tool_use']

/** @param {BaseMessage} message */
function textOf({ content }) {
  if (typeof content === 'string') return content
  return content
    .filter(({ type }) => !ELSEWHERE.includes(String(type)))
    .map((block) => {
      if (block.type === 'text') return String(block.text)
      throw invalidArgument('the type of a block', block.type, "'text'", 'Models here read text alone.')
    })
    .join('')
}
