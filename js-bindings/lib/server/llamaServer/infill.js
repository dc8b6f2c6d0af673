import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { highWaterMark } from '../generation/highWaterMark.js'
import { samplingFields, samplingOptions } from '../openai/samplingFields.js'
import { integer, name, text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { infillEvents } from '../streams/streamForms.js'

/** @import { GenerateResult, InfillOptions } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

const { n: _n, chat_template_kwargs: _kwargs, ...sampling } = samplingFields

const schema = v.object({
  ...sampling,
  model: v.optional(name),
  input_prefix: text,
  input_suffix: text,
  input_extra: v.optional(v.array(v.object({ filename: v.nullish(text), text }))),
  n_predict: v.optional(integer(-1, 2147483647)),
  stream: v.optional(v.boolean()),
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** The middle of a text, by a model that was trained for that. @type {Endpoint} */
export const infill = {
  method: 'post',
  path: '/infill',
  summary: 'Fills in the middle of a text',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.infill },
  async answer(call, /** @type {Fields} */ fields) {
    call.mustFit('input_extra', fields.input_extra?.length ?? 0, 'texts')
    if (fields.stream) return new EventStream(infillEvents, events(call, fields))
    let content = ''
    /** @type {object} */
    let last = {}
    for await (const event of events(call, fields)) {
      content += event.content
      last = event
    }
    return { ...last, content }
  },
}

/**
 * @param {Fields} fields
 * @returns {InfillOptions}
 */
function optionsOf(fields) {
  const { templateOptions: _, ...options } = samplingOptions(fields)
  const { n_predict, input_extra } = fields
  return {
    ...options,
    maxTokens: n_predict === undefined || n_predict <= 0 ? undefined : n_predict,
    files: input_extra?.map(({ filename, text }) => ({ name: filename ?? undefined, text })),
  }
}

/** @param {Call} call @param {Fields} fields */
async function* events(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const asked = { ...optionsOf(fields), ...call.claim, highWaterMark }
  const stream = model.streamInfill(fields.input_prefix, fields.input_suffix, asked)
  call.begins(stream)
  for await (const event of stream.events()) {
    if (event.type === 'text') {
      call.firstAt ??= performance.now()
      if (call.services.logPrompts) call.said += event.text
      yield { content: event.text, stop: false }
    } else if (event.type === 'finish') {
      const result = /** @type {GenerateResult} */ (event.result)
      call.finishReason = result.finishReason
      call.count(result.usage)
      yield endOf(result, name)
    }
  }
}

/** @param {GenerateResult} result @param {string} model */
function endOf({ usage, finishReason, timings }, model) {
  return {
    content: '',
    stop: true,
    stop_type: finishReason === 'length' ? 'limit' : 'eos',
    model,
    tokens_predicted: usage.completionTokens,
    tokens_evaluated: usage.promptTokens,
    tokens_cached: usage.cachedTokens,
    timings: {
      prompt_per_second: timings.prefillTokensPerSecond,
      predicted_per_second: timings.decodeTokensPerSecond,
    },
  }
}
