import { invalidArgument } from '../arguments/checks.js'

/** @import { LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4ToolResultOutput } from '@ai-sdk/provider' */
/** @import { Message } from '../types.d.ts' */

/**
 * Turns a prompt of the AI SDK into messages.
 *
 * @param {LanguageModelV4Prompt} prompt
 * @returns {Message[]}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT` for parts that are no text
 */
export function readMessages(prompt) {
  return prompt.flatMap(readMessage)
}

/** @param {LanguageModelV4Message} message @returns {Message[]} */
function readMessage(message) {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }]
    case 'user':
      return [{ role: 'user', content: message.content.map(textPart) }]
    case 'assistant':
      return [assistantMessage(message.content)]
    case 'tool':
      return message.content.flatMap((part) => {
        if (part.type !== 'tool-result') return []
        const { toolCallId, toolName, output } = part
        return [
          {
            role: /** @type {const} */ ('tool'),
            tool_call_id: toolCallId,
            name: toolName,
            content: outputText(output),
          },
        ]
      })
    default:
      throw invalidArgument(
        'the role of a message',
        /** @type {{ role: unknown }} */ (message).role,
        'system, user, assistant or tool',
      )
  }
}

/**
 * @param {Extract<LanguageModelV4Message, { role: 'assistant' }>['content']} parts
 * @returns {Message}
 */
function assistantMessage(parts) {
  let [text, reasoning] = ['', '']
  const calls = []
  for (const part of parts) {
    if (part.type === 'text') text += part.text
    else if (part.type === 'reasoning') reasoning += part.text
    else if (part.type === 'tool-call') {
      const { toolCallId: id, toolName: name, input } = part
      calls.push({ id, type: 'function', function: { name, arguments: input } })
    } else textPart(part)
  }
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}

/** @param {{ type: string, text?: string }} part */
function textPart({ type, text }) {
  if (type !== 'text' || text === undefined) {
    throw invalidArgument('the type of a part of the prompt', type, "'text'", 'Models here read text alone.')
  }
  return { type, text }
}

/** @param {LanguageModelV4ToolResultOutput} output @returns {string} */
function outputText(output) {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value
    case 'execution-denied':
      return output.reason ?? 'The user did not allow this call.'
    case 'content':
      return output.value.map((part) => textPart(part).text).join('\n')
    default:
      return JSON.stringify(output.value)
  }
}
