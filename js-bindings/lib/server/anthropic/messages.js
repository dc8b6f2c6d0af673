import { randomUUID } from 'node:crypto'
import { anthropicError } from '../errors/errorForms.js'
import { answerEvents } from '../generation/answerEvents.js'
import { stopTextOf } from '../generation/stopTextOf.js'
import { wholeAnswers } from '../generation/wholeAnswers.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { messageEvents } from '../streams/streamForms.js'
import { messagesOf } from './messageBlocks.js'
import { messageSchema, optionsOf } from './messageFields.js'

/** @import { Model } from '../../Model.js' */
/** @import { GenerateResult, StreamEvent } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

/** @typedef {import('valibot').InferOutput<typeof messageSchema>} Fields */

/** Anthropic's messages: a conversation in, an answer in blocks out. @type {Endpoint} */
export const messages = {
  method: 'post',
  path: '/v1/messages',
  summary: 'Answers a conversation, for clients of Anthropic',
  errors: anthropicError,
  form: { schema: messageSchema, withoutEffect: withoutEffect.messages },
  answer(call, /** @type {Fields} */ fields) {
    call.mustFit('messages', fields.messages.length, 'messages')
    return fields.stream ? new EventStream(messageEvents, events(call, fields)) : message(call, fields)
  },
}

/** @param {Call} call @param {Fields} fields */
async function message(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const result = await wholeAnswers(
    call,
    model,
    messagesOf(fields.messages, fields.system),
    optionsOf(call, model, fields),
  )
  const { text, reasoning, toolCalls = [] } = result
  return {
    ...headOf(name),
    content: [
      ...(reasoning === undefined ? [] : [{ type: 'thinking', thinking: reasoning, signature: SIGNATURE }]),
      ...(text === '' && toolCalls.length > 0 ? [] : [{ type: 'text', text, citations: null }]),
      ...toolCalls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input })),
    ],
    ...endOf(model, result, fields),
    usage: usageOf(call),
  }
}

/**
 * The events of a message: one block is open at a time.
 *
 * @param {Call} call
 * @param {Fields} fields
 */
async function* events(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const prompt = messagesOf(fields.messages, fields.system)
  const options = optionsOf(call, model, fields)
  const made = answerEvents(call, model, prompt, options)
  let begun = false
  /** @type {string | undefined} the type of the block that is open */
  let open
  let index = -1
  for await (const event of made) {
    if (!begun) {
      const { tools, reasoning, format } = options
      const input_tokens = model.applyTemplate(prompt, { tools, reasoning, format }).tokens.length
      const start = { ...headOf(name), content: [], stop_reason: null, stop_sequence: null }
      yield {
        type: 'message_start',
        message: { ...start, usage: { ...usageOf(call), input_tokens, output_tokens: 0 } },
      }
      begun = true
    }
    if (event.type === 'finish') {
      if (open !== undefined) yield* closed(open, index)
      yield { type: 'message_delta', delta: endOf(model, event.result, fields), usage: usageOf(call) }
      continue
    }
    const [block, delta] = partOf(event)
    if (block !== undefined) {
      const { type } = block
      // A call's block begins with it; the others go on as long as nothing else comes.
      if (type !== open || type === 'tool_use') {
        if (open !== undefined) yield* closed(open, index)
        open = type
        index++
        yield { type: 'content_block_start', index, content_block: block }
      }
    }
    if (delta !== undefined) yield { type: 'content_block_delta', index, delta }
  }
  yield { type: 'message_stop' }
}

/** What ends a block. @param {string} type @param {number} index */
function* closed(type, index) {
  if (type === 'thinking')
    yield { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: SIGNATURE } }
  yield { type: 'content_block_stop', index }
}

/** What stands for Anthropic's proof of who thought it: clients ask for one, and send it back. */
const SIGNATURE = 'realm'

/**
 * The block that an event belongs to, as it begins, and what it adds.
 *
 * @param {Exclude<StreamEvent, { type: 'finish' }>} event
 * @returns {[block?: { type: string, [field: string]: unknown }, delta?: object]}
 */
function partOf(event) {
  switch (event.type) {
    case 'text':
      return event.text === ''
        ? []
        : [
            { type: 'text', text: '', citations: null },
            { type: 'text_delta', text: event.text },
          ]
    case 'reasoning':
      return [
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: event.text },
      ]
    case 'toolCallStart':
      return [{ type: 'tool_use', id: event.id, name: event.name, input: {} }]
    case 'toolCallDelta':
      return [undefined, { type: 'input_json_delta', partial_json: event.arguments }]
    default:
      return []
  }
}

/** @param {string} model */
function headOf(model) {
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model,
    container: null,
  }
}

/**
 * Why a message ended.
 *
 * @param {Model} model
 * @param {GenerateResult} result
 * @param {Fields} fields
 */
function endOf(model, result, { stop_sequences }) {
  const { finishReason } = result
  const stop = stopTextOf(model, result, stop_sequences)
  if (stop !== undefined) return { stop_reason: 'stop_sequence', stop_sequence: stop }
  const reason =
    finishReason === 'length' ? 'max_tokens' : finishReason === 'toolCalls' ? 'tool_use' : 'end_turn'
  return { stop_reason: reason, stop_sequence: null }
}

/** What a call has taken, as Anthropic's clients read it: input tokens are those that were computed. @param {Call} call */
function usageOf({ usage: { promptTokens, cachedTokens, completionTokens } }) {
  return {
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: completionTokens,
    service_tier: 'standard',
  }
}
