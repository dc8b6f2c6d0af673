/** @import { GenerateResult, TokenLogprob } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

const NANOSECONDS = 1e6

/** What each of Ollama's answers begins with. @param {string} model */
export const headOf = (model) => ({ model, created_at: new Date().toISOString() })

/**
 * What the last one has beside its text.
 *
 * @param {Call} call
 * @param {GenerateResult} result
 * @param {number} loadMs
 */
export function endOf(call, { usage, finishReason, timings }, loadMs) {
  const { decodeTokensPerSecond, firstTokenMs } = timings
  const evalMs = decodeTokensPerSecond > 0 ? ((usage.completionTokens - 1) / decodeTokensPerSecond) * 1000 : 0
  return {
    done: true,
    done_reason: finishReason === 'length' ? 'length' : 'stop',
    total_duration: Math.round((performance.now() - call.begunAt) * NANOSECONDS),
    load_duration: Math.round(loadMs * NANOSECONDS),
    prompt_eval_count: usage.promptTokens,
    prompt_eval_duration: Math.round(firstTokenMs * NANOSECONDS),
    eval_count: usage.completionTokens,
    eval_duration: Math.round(evalMs * NANOSECONDS),
  }
}

/**
 * The log-probabilities of tokens, where they were asked for.
 *
 * @param {readonly TokenLogprob[] | undefined} tokens
 */
export function logprobsOf(tokens) {
  if (tokens === undefined) return {}
  const named = (
    /** @type {{ token: string, logprob: number, bytes: number[] }} */ { token, logprob, bytes },
  ) => ({ token, logprob, bytes })
  return { logprobs: tokens.map(({ top, ...token }) => ({ ...named(token), top_logprobs: top.map(named) })) }
}
