/** @import { Call } from '../Call.js' */

/**
 * What a call has taken, as OpenAI's clients read it.
 *
 * @param {Call} call
 */
export function usageOf({ usage: { promptTokens, cachedTokens, completionTokens, reasoningTokens } }) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  }
}
