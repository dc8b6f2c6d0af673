import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { answerEvents } from '../generation/answerEvents.js'
import { effortOf, thinking } from '../generation/thinking.js'
import { wholeAnswers } from '../generation/wholeAnswers.js'
import { integer, name, text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { dataEvents } from '../streams/streamForms.js'
import { chatMessage, finishReasonOf } from './chatMessage.js'
import { formatOf, responseFormat, showFormatField } from './formatFields.js'
import { chatLogprobs } from './logprobsOf.js'
import { messageFields, messagesOf } from './messageFields.js'
import { samplingFields, samplingOptions } from './samplingFields.js'
import { toolFields, toolOptions } from './toolFields.js'
import { usageOf } from './usageOf.js'

/** @import { Model } from '../../Model.js' */
/** @import { GenerateOptions, StreamEvent } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  ...samplingFields,
  ...toolFields,
  model: v.optional(name),
  messages: messageFields,
  max_tokens: v.optional(integer(1, 2147483647)),
  max_completion_tokens: v.optional(integer(1, 2147483647)),
  response_format: v.optional(responseFormat),
  show_format: showFormatField,
  reasoning_effort: v.optional(text),
  logprobs: v.optional(v.boolean()),
  top_logprobs: v.optional(integer(0, 20)),
  stream: v.optional(v.boolean()),
  stream_options: v.optional(
    v.object({ include_usage: v.nullish(v.boolean()), include_obfuscation: v.nullish(v.boolean()) }),
  ),
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** OpenAI's chat: messages in, an answer out. @type {Endpoint} */
export const chatCompletions = {
  method: 'post',
  path: '/v1/chat/completions',
  aliases: ['/chat/completions'],
  summary: 'Answers the messages of a chat',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.chatCompletions },
  answer(call, /** @type {Fields} */ fields) {
    call.mustFit('messages', fields.messages.length, 'messages')
    call.mustFit('n', fields.n ?? 1, 'answers')
    if (fields.top_logprobs && !fields.logprobs) {
      throw new HttpError('invalid_value', 'top_logprobs: expected logprobs to be true, too.', {
        param: 'top_logprobs',
      })
    }
    return fields.stream ? new EventStream(dataEvents, chunks(call, fields)) : completion(call, fields)
  },
}

/**
 * @param {Call} call
 * @param {Model} model
 * @param {Fields} fields
 * @returns {GenerateOptions}
 */
function optionsOf(call, model, fields) {
  return {
    ...samplingOptions(fields),
    ...toolOptions(fields),
    reasoning: thinking(call, model, effortOf(fields.reasoning_effort), 'reasoning_effort'),
    n: fields.n,
    maxTokens: fields.max_completion_tokens ?? fields.max_tokens,
    format: formatOf(fields.response_format),
    showFormat: fields.show_format,
    logprobs: fields.logprobs ? (fields.top_logprobs ?? 0) : undefined,
  }
}

/** @param {Call} call @param {Fields} fields */
async function completion(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const { answers } = await wholeAnswers(
    call,
    model,
    messagesOf(fields.messages),
    optionsOf(call, model, fields),
  )
  return {
    ...headOf('chat.completion', name),
    choices: answers.map((answer, index) => ({
      index,
      message: chatMessage(answer),
      logprobs: chatLogprobs(answer.logprobs),
      finish_reason: finishReasonOf(answer.finishReason),
    })),
    usage: usageOf(call),
  }
}

/** @param {Call} call @param {Fields} fields */
async function* chunks(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const withUsage = fields.stream_options?.include_usage === true
  const head = { ...headOf('chat.completion.chunk', name), ...(withUsage ? { usage: null } : {}) }
  const chunk = (
    /** @type {number} */ index,
    /** @type {object} */ delta,
    finish_reason = /** @type {string | null} */ (null),
    logprobs = /** @type {object | null} */ (null),
  ) => ({ ...head, choices: [{ index, delta, logprobs, finish_reason }] })
  const begun = new Set()
  for await (const { choice, ...event } of answerEvents(
    call,
    model,
    messagesOf(fields.messages),
    optionsOf(call, model, fields),
  )) {
    // The role comes once, and first.
    if (!begun.has(choice)) yield chunk(choice, { role: 'assistant', content: '' })
    begun.add(choice)
    if (event.type === 'finish') yield chunk(choice, {}, finishReasonOf(event.result.finishReason))
    else {
      const delta = deltaOf(event)
      if (delta !== undefined)
        yield chunk(choice, delta, null, event.type === 'text' ? chatLogprobs(event.logprobs) : null)
    }
  }
  if (withUsage) yield { ...head, choices: [], usage: usageOf(call) }
}

/** @param {string} object @param {string} model */
function headOf(object, model) {
  return {
    id: `chatcmpl-${randomUUID()}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
    system_fingerprint: null,
  }
}

/**
 * What a chunk says of an event; undefined where there is nothing to say.
 *
 * @param {Exclude<StreamEvent, { type: 'finish' }>} event
 */
function deltaOf(event) {
  switch (event.type) {
    case 'text':
      return event.text === '' && event.logprobs === undefined ? undefined : { content: event.text }
    case 'reasoning':
      return { reasoning_content: event.text }
    case 'toolCallStart': {
      const { index, id, name } = event
      return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }
    }
    case 'toolCallDelta':
      return { tool_calls: [{ index: event.index, function: { arguments: event.arguments } }] }
    default:
      return undefined
  }
}
