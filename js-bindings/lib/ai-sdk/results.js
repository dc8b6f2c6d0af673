/** @import { LanguageModelV4Content, LanguageModelV4FinishReason, LanguageModelV4Usage } from '@ai-sdk/provider' */
/** @import { GenerateResult } from '../types.d.ts' */

/**
 * What a model wrote, as the AI SDK has it.
 *
 * @param {GenerateResult} result
 * @returns {LanguageModelV4Content[]}
 */
export function contentOf({ reasoning, text, toolCalls = [] }) {
  /** @type {LanguageModelV4Content[]} */
  const content = []
  if (reasoning !== undefined) content.push({ type: 'reasoning', text: reasoning })
  if (text !== '') content.push({ type: 'text', text })
  for (const { id, name, arguments: args } of toolCalls) {
    content.push({ type: 'tool-call', toolCallId: id, toolName: name, input: JSON.stringify(args) })
  }
  return content
}

const REASONS = /** @type {const} */ ({
  stop: 'stop',
  length: 'length',
  toolCalls: 'tool-calls',
  abort: 'other',
})

/**
 * Why it ended.
 *
 * @param {GenerateResult} result
 * @returns {LanguageModelV4FinishReason}
 */
export function finishReasonOf({ finishReason }) {
  return { unified: REASONS[finishReason], raw: finishReason }
}

/**
 * Its tokens.
 *
 * @param {GenerateResult} result
 * @returns {LanguageModelV4Usage}
 */
export function usageOf({ usage: { promptTokens, cachedTokens, completionTokens, reasoningTokens = 0 } }) {
  return {
    inputTokens: {
      total: promptTokens,
      noCache: promptTokens - cachedTokens,
      cacheRead: cachedTokens,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: completionTokens,
      text: completionTokens - reasoningTokens,
      reasoning: reasoningTokens,
    },
  }
}
