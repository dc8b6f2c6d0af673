/** @import { Choice, FinishReason, GenerateResult, ToolCall } from '../../types.d.ts' */

/** Why an answer ended, by OpenAI's names. */
const REASONS = /** @type {const} */ ({
  stop: 'stop',
  toolCalls: 'tool_calls',
  length: 'length',
  abort: 'stop',
})

/** @param {FinishReason} reason */
export const finishReasonOf = (reason) => REASONS[reason]

/**
 * A call of a tool, as OpenAI's clients read it.
 *
 * @param {ToolCall} call
 */
export const toolCallOf = ({ id, name, arguments: args }) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
})

/**
 * An answer as a message.
 *
 * @param {Pick<GenerateResult | Choice, 'text' | 'reasoning' | 'toolCalls'>} answer
 */
export function chatMessage({ text, reasoning, toolCalls }) {
  return {
    role: 'assistant',
    content: text === '' && toolCalls !== undefined ? null : text,
    refusal: null,
    annotations: [],
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(toolCallOf) }),
  }
}
