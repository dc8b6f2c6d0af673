import * as v from 'valibot'
import { ollamaError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { answerEvents } from '../generation/answerEvents.js'
import { Middle } from '../generation/Middle.js'
import { wholeAnswers } from '../generation/wholeAnswers.js'
import { text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { jsonLines } from '../streams/streamForms.js'
import { endOf, headOf, logprobsOf } from './answer.js'
import { keepAliveMs, textFields, textOptions, thinkField, thoughtsOf } from './fields.js'

/** @import { Model } from '../../Model.js' */
/** @import { GenerateOptions } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  ...textFields,
  prompt: v.optional(text),
  suffix: v.optional(text),
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
    const { prompt = '', suffix = '' } = fields
    const options = { ...textOptions(call, fields), ...promptOptions(call, fields) }
    if (prompt === '' && suffix === '') {
      const { name } = await call.lease(fields.model, { keepAlive: keepAliveMs(fields.keep_alive) })
      const done_reason = fields.keep_alive === 0 ? 'unload' : 'load'
      return { ...headOf(name), response: '', done: true, done_reason }
    }
    const asked = suffix === '' ? prompt : new Middle(prompt, suffix)
    return fields.stream === false
      ? whole(call, fields, asked, options)
      : new EventStream(jsonLines, lines(call, fields, asked, options))
  },
}

/**
 * How the prompt is read. What stands before a suffix is taken as it is: there is no chat to which a system message or thoughts
 * would belong.
 *
 * @param {Call} call
 * @param {Fields} fields
 * @returns {GenerateOptions}
 * @throws {HttpError} `unsupported_field`
 */
function promptOptions(call, { suffix, raw, system, think }) {
  if (!suffix) return { raw, system }
  if (system) {
    throw new HttpError('unsupported_field', 'system: expected none, where there is a suffix.', {
      param: 'system',
    })
  }
  if (think) call.ignored.push('think')
  return {}
}

/** @param {Call} call @param {Model} model @param {Fields} fields @returns {GenerateOptions} */
const reasoningOptions = (call, model, { suffix, think }) =>
  suffix ? {} : { reasoning: thoughtsOf(call, model, think) }

/** @param {Call} call @param {Fields} fields @param {string | Middle} prompt @param {GenerateOptions} options */
async function whole(call, fields, prompt, options) {
  const { model, name, loadMs } = await call.lease(fields.model, {
    keepAlive: keepAliveMs(fields.keep_alive),
  })
  const result = await wholeAnswers(call, model, prompt, {
    ...options,
    ...reasoningOptions(call, model, fields),
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

/** @param {Call} call @param {Fields} fields @param {string | Middle} prompt @param {GenerateOptions} options */
async function* lines(call, fields, prompt, options) {
  const { model, name, loadMs } = await call.lease(fields.model, {
    keepAlive: keepAliveMs(fields.keep_alive),
  })
  const line = (/** @type {object} */ said) => ({ ...headOf(name), response: '', done: false, ...said })
  for await (const event of answerEvents(call, model, prompt, {
    ...options,
    ...reasoningOptions(call, model, fields),
  })) {
    if (event.type === 'text') yield line({ response: event.text, ...logprobsOf(event.logprobs) })
    else if (event.type === 'reasoning') yield line({ thinking: event.text })
    else if (event.type === 'finish') yield line(endOf(call, event.result, loadMs))
  }
}
