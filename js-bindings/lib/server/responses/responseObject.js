import { randomUUID } from 'node:crypto'

/** @import { GenerateResult, TokenLogprob } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Fields } from './responseFields.js' */

/** @param {string} kind */
export const newId = (kind) => `${kind}_${randomUUID().replaceAll('-', '')}`

/**
 * A response that is being made: what is known of it before.
 *
 * @param {Fields} fields
 * @param {string} model
 */
export function begunResponse(fields, model) {
  return {
    id: newId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    completed_at: /** @type {number | null} */ (null),
    status: 'in_progress',
    background: fields.background ?? false,
    error: /** @type {object | null} */ (null),
    incomplete_details: /** @type {object | null} */ (null),
    instructions: fields.instructions ?? null,
    max_output_tokens: fields.max_output_tokens ?? null,
    metadata: fields.metadata ?? {},
    model,
    output: /** @type {object[]} */ ([]),
    parallel_tool_calls: fields.parallel_tool_calls ?? true,
    previous_response_id: fields.previous_response_id ?? null,
    reasoning: { effort: fields.reasoning?.effort ?? null, summary: fields.reasoning?.summary ?? null },
    store: fields.store ?? true,
    temperature: fields.temperature ?? null,
    text: { format: fields.text?.format ?? { type: 'text' } },
    tool_choice: fields.tool_choice ?? 'auto',
    tools: fields.tools ?? [],
    top_logprobs: fields.top_logprobs ?? 0,
    top_p: fields.top_p ?? null,
    truncation: 'disabled',
    usage: /** @type {object | null} */ (null),
    user: null,
  }
}

/** @typedef {ReturnType<typeof begunResponse>} ResponseObject */

/**
 * The same, made.
 *
 * @param {ResponseObject} response
 * @param {object[]} output
 * @param {GenerateResult['finishReason']} finishReason
 * @param {Call} call
 * @returns {ResponseObject}
 */
export function endedResponse(
  response,
  output,
  finishReason,
  { usage: { promptTokens, cachedTokens, completionTokens, reasoningTokens } },
) {
  const isWhole = finishReason !== 'length'
  return {
    ...response,
    status: isWhole ? 'completed' : 'incomplete',
    completed_at: Math.floor(Date.now() / 1000),
    incomplete_details: isWhole ? null : { reason: 'max_output_tokens' },
    output,
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
      output_tokens: completionTokens,
      output_tokens_details: { reasoning_tokens: reasoningTokens },
      total_tokens: promptTokens + completionTokens,
    },
  }
}

/**
 * A part of a message's content.
 *
 * @param {string} text
 * @param {object[]} [logprobs]
 */
export const textPart = (text, logprobs = []) => ({ type: 'output_text', text, annotations: [], logprobs })

/** A message of an answer. @param {string} id @param {object[]} content @param {string} status */
export const messageItem = (id, content, status = 'completed') => ({
  id,
  type: 'message',
  role: 'assistant',
  status,
  content,
})

/** What was thought before it. @param {string} id @param {string} text */
export const reasoningItem = (id, text) => ({
  id,
  type: 'reasoning',
  summary: text === '' ? [] : [{ type: 'summary_text', text }],
})

/** A call of a tool. @param {string} id @param {{ id: string, name: string }} call @param {string} args @param {string} status */
export const callItem = (id, call, args, status = 'completed') => ({
  id,
  type: 'function_call',
  call_id: call.id,
  name: call.name,
  arguments: args,
  status,
})

/** @param {readonly TokenLogprob[] | undefined} tokens */
export function logprobsOf(tokens = []) {
  const named = (
    /** @type {{ token: string, logprob: number, bytes: number[] }} */ { token, logprob, bytes },
  ) => ({ token, logprob, bytes })
  return tokens.map(({ top, ...token }) => ({ ...named(token), top_logprobs: top.map(named) }))
}
