import * as v from 'valibot'
import { ollamaError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { answerEvents } from '../generation/answerEvents.js'
import { wholeAnswers } from '../generation/wholeAnswers.js'
import { toolCallsField } from '../openai/messageFields.js'
import { toolFields, toolOptions } from '../openai/toolFields.js'
import { text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { jsonLines } from '../streams/streamForms.js'
import { endOf, headOf, logprobsOf } from './answer.js'
import { keepAliveMs, textFields, textOptions, thinkField, thoughtsOf } from './fields.js'

/** @import { Message, ToolCall } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

const message = v.object({
  role: v.picklist(['system', 'developer', 'user', 'assistant', 'tool']),
  content: v.nullish(text),
  thinking: v.nullish(text),
  images: v.nullish(v.pipe(v.array(v.unknown()), v.maxLength(0, 'no images: models here read text alone'))),
  tool_calls: toolCallsField,
  tool_name: v.nullish(text),
  tool_call_id: v.nullish(text),
})

const schema = v.object({
  ...textFields,
  think: thinkField,
  tools: toolFields.tools,
  messages: v.optional(v.array(message)),
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** Ollama's chat: a line of JSON a piece; without messages it loads a model, or unloads it. @type {Endpoint} */
export const chat = {
  method: 'post',
  path: '/api/chat',
  summary: 'Answers the messages of a chat, for clients of Ollama',
  errors: ollamaError,
  form: { schema, withoutEffect: withoutEffect.ollama },
  async answer(call, /** @type {Fields} */ fields) {
    const { messages = [] } = fields
    call.mustFit('messages', messages.length, 'messages')
    const options = { ...textOptions(call, fields), ...toolOptions({ tools: fields.tools }) }
    if (messages.length === 0) {
      const { name } = await call.lease(fields.model, { keepAlive: keepAliveMs(fields.keep_alive) })
      const done_reason = fields.keep_alive === 0 ? 'unload' : 'load'
      return { ...headOf(name), message: { role: 'assistant', content: '' }, done: true, done_reason }
    }
    const prompt = messagesOf(messages)
    return fields.stream === false
      ? whole(call, fields, prompt, options)
      : new EventStream(jsonLines, lines(call, fields, prompt, options))
  },
}

/**
 * @param {NonNullable<Fields['messages']>} messages
 * @returns {Message[]}
 */
function messagesOf(messages) {
  return messages.map(({ role, content, thinking, tool_calls, tool_name, tool_call_id }, index) => {
    const calls = tool_calls?.length ? tool_calls : undefined
    if (content === undefined && calls === undefined) {
      throw new HttpError('invalid_value', `messages[${index}].content: is missing.`, {
        param: `messages[${index}].content`,
      })
    }
    return {
      role,
      content,
      name: tool_name ?? undefined,
      reasoning_content: thinking,
      tool_call_id: tool_call_id ?? undefined,
      tool_calls: calls?.map((call) => ({ ...call, type: 'function' })),
    }
  })
}

/** @param {ToolCall} call */
const toolCallOf = ({ id, name, arguments: args }) => ({ id, function: { name, arguments: args } })

/** @param {Call} call @param {Fields} fields @param {Message[]} prompt @param {import('../../types.d.ts').GenerateOptions} options */
async function whole(call, { model: asked, keep_alive, think }, prompt, options) {
  const { model, name, loadMs } = await call.lease(asked, { keepAlive: keepAliveMs(keep_alive) })
  const result = await wholeAnswers(call, model, prompt, {
    ...options,
    reasoning: thoughtsOf(call, model, think),
  })
  const { text, reasoning, toolCalls } = result
  return {
    ...headOf(name),
    message: {
      role: 'assistant',
      content: text,
      ...(reasoning === undefined ? {} : { thinking: reasoning }),
      ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(toolCallOf) }),
    },
    ...logprobsOf(result.logprobs),
    ...endOf(call, result, loadMs),
  }
}

/** @param {Call} call @param {Fields} fields @param {Message[]} prompt @param {import('../../types.d.ts').GenerateOptions} options */
async function* lines(call, { model: asked, keep_alive, think }, prompt, options) {
  const { model, name, loadMs } = await call.lease(asked, { keepAlive: keepAliveMs(keep_alive) })
  const line = (/** @type {object} */ said, more = {}) => ({
    ...headOf(name),
    message: { role: 'assistant', content: '', ...said },
    done: false,
    ...more,
  })
  for await (const event of answerEvents(call, model, prompt, {
    ...options,
    reasoning: thoughtsOf(call, model, think),
  })) {
    if (event.type === 'text') yield line({ content: event.text }, logprobsOf(event.logprobs))
    else if (event.type === 'reasoning') yield line({ thinking: event.text })
    else if (event.type === 'toolCall') yield line({ tool_calls: [toolCallOf(event)] })
    else if (event.type === 'finish') yield line({}, endOf(call, event.result, loadMs))
  }
}
