import { EventSourceParserStream } from 'eventsource-parser/stream'
import { askServer } from './askServer.js'

/**
 * A token of an answer, with those that might have come in its place.
 *
 * @typedef {object} Token
 * @property {string} token
 * @property {number} logprob
 * @property {{ token: string, logprob: number }[]} top
 *
 * @typedef {{ index: number, id: string, name: string, arguments: string }} ToolCall arguments are JSON, in pieces or whole
 *
 * What an answer gives: pieces of it, and last how it ended.
 * @typedef {{ text?: string, reasoning?: string, tokens?: Token[], calls?: ToolCall[], finish?: string, usage?: { completion_tokens: number } }} AnswerPart
 */

/**
 * Streams an answer of `/v1/chat/completions`.
 *
 * @param {object} request
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<AnswerPart, void, void>}
 * @throws {Error} what the server says, also in the middle of the stream
 */
export async function* streamAnswer(request, signal) {
  const body = { ...request, stream: true, stream_options: { include_usage: true } }
  const response = await askServer('v1/chat/completions', { body, signal })
  const events = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  try {
    for (;;) {
      const { done, value } = await events.read()
      if (done) throw new Error('The connection ended before the answer did.')
      if (value.data === '[DONE]') return
      const { error, choices = [], usage } = JSON.parse(value.data)
      if (error) throw new Error(error.message)
      const [choice] = choices
      const part = choice === undefined ? {} : partOf(choice)
      yield usage ? { ...part, usage } : part
    }
  } finally {
    await events.cancel().catch(() => undefined)
  }
}

/** @param {any} choice @returns {AnswerPart} */
function partOf({ delta, logprobs, finish_reason }) {
  return {
    text: delta.content ?? undefined,
    reasoning: delta.reasoning_content ?? undefined,
    tokens: logprobs?.content?.map((/** @type {any} */ { token, logprob, top_logprobs }) => ({
      token,
      logprob,
      top: top_logprobs.map((/** @type {any} */ one) => ({ token: one.token, logprob: one.logprob })),
    })),
    calls: delta.tool_calls?.map((/** @type {any} */ call) => ({
      index: call.index,
      id: call.id ?? '',
      name: call.function?.name ?? '',
      arguments: call.function?.arguments ?? '',
    })),
    finish: finish_reason ?? undefined,
  }
}
