import * as v from 'valibot'
import { ollamaError } from '../errors/errorForms.js'
import { answerEvents } from '../generation/answerEvents.js'
import { wholeAnswers } from '../generation/wholeAnswers.js'
import { text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { jsonLines } from '../streams/streamForms.js'
import { endOf, headOf, logprobsOf } from './answer.js'
import { keepAliveMs, textFields, textOptions, thinkField, thoughtsOf } from './fields.js'

/** @import { GenerateOptions } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  ...textFields,
  prompt: v.optional(text),
  system: v.optional(text),
  raw: v.optional(v.boolean()),
  think: thinkField,
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** Ollama's answer to one prompt; without a prompt it loads a model, or unloads it. @type {Endpoint} */
export const generate = {
  method: 'post',
  path: '/api/generate',
  summary: 'Answers a prompt, for clients of Ollama',
  errors: ollamaError,
  form: { schema, withoutEffect: withoutEffect.ollamaGenerate },
  async answer(call, /** @type {Fields} */ fields) {
    const { prompt = '', raw, system } = fields
    const options = { ...textOptions(call, fields), raw, system }
    if (prompt === '') {
      const { name } = await call.lease(fields.model, { keepAlive: keepAliveMs(fields.keep_alive) })
      const done_reason = fields.keep_alive === 0 ? 'unload' : 'load'
      return { ...headOf(name), response: '', done: true, done_reason }
    }
    return fields.stream === false
      ? whole(call, fields, prompt, options)
      : new EventStream(jsonLines, lines(call, fields, prompt, options))
  },
}

/** @param {Call} call @param {Fields} fields @param {string} prompt @param {GenerateOptions} options */
async function whole(call, { model: asked, keep_alive, think }, prompt, options) {
  const { model, name, loadMs } = await call.lease(asked, { keepAlive: keepAliveMs(keep_alive) })
  const result = await wholeAnswers(call, model, prompt, {
    ...options,
    reasoning: thoughtsOf(call, model, think),
  })
  const { text, reasoning, logprobs } = result
  return {
    ...headOf(name),
    response: text,
    ...(reasoning === undefined ? {} : { thinking: reasoning }),
    ...logprobsOf(logprobs),
    ...endOf(call, result, loadMs),
  }
}

/** @param {Call} call @param {Fields} fields @param {string} prompt @param {GenerateOptions} options */
async function* lines(call, { model: asked, keep_alive, think }, prompt, options) {
  const { model, name, loadMs } = await call.lease(asked, { keepAlive: keepAliveMs(keep_alive) })
  const line = (/** @type {object} */ said) => ({ ...headOf(name), response: '', done: false, ...said })
  for await (const event of answerEvents(call, model, prompt, {
    ...options,
    reasoning: thoughtsOf(call, model, think),
  })) {
    if (event.type === 'text') yield line({ response: event.text, ...logprobsOf(event.logprobs) })
    else if (event.type === 'reasoning') yield line({ thinking: event.text })
    else if (event.type === 'finish') yield line(endOf(call, event.result, loadMs))
  }
}
