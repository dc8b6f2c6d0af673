import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { answerEvents } from '../generation/answerEvents.js'
import { Middle } from '../generation/Middle.js'
import { wholeAnswers } from '../generation/wholeAnswers.js'
import { integer, listOf, name, text, tokenIds } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { dataEvents } from '../streams/streamForms.js'
import { finishReasonOf } from './chatMessage.js'
import { formatOf, responseFormat } from './formatFields.js'
import { completionLogprobs } from './logprobsOf.js'
import { samplingFields, samplingOptions } from './samplingFields.js'
import { usageOf } from './usageOf.js'

/** @import { Model } from '../../Model.js' */
/** @import { GenerateOptions } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  ...samplingFields,
  model: v.optional(name),
  prompt: v.union([text, tokenIds, listOf(text), listOf(tokenIds)]),
  suffix: v.optional(text),
  max_tokens: v.optional(integer(1, 2147483647)),
  logprobs: v.optional(v.union([integer(0, 20), v.literal(false)])),
  echo: v.optional(v.boolean()),
  response_format: v.optional(responseFormat),
  stream: v.optional(v.boolean()),
  stream_options: v.optional(
    v.object({ include_usage: v.nullish(v.boolean()), include_obfuscation: v.nullish(v.boolean()) }),
  ),
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** What a completion is cut off after where nobody says, as OpenAI has it. */
const USUAL_TOKENS = 16

/** OpenAI's completions: texts are taken verbatim, with their special tokens, and continued. @type {Endpoint} */
export const completions = {
  method: 'post',
  path: '/v1/completions',
  aliases: ['/completions'],
  summary: 'Continues texts',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.completions },
  answer(call, /** @type {Fields} */ fields) {
    call.mustFit('prompt', promptsOf(fields).length, 'texts')
    call.mustFit('n', fields.n ?? 1, 'answers')
    mustSuitSuffix(fields)
    return fields.stream ? new EventStream(dataEvents, chunks(call, fields)) : completion(call, fields)
  },
}

/**
 * @param {Fields} fields
 * @returns {(string | number[])[]}
 */
function promptsOf({ prompt }) {
  if (typeof prompt === 'string') return [prompt]
  return typeof prompt[0] === 'number'
    ? [/** @type {number[]} */ (prompt)]
    : /** @type {string[] | number[][]} */ (prompt)
}

/**
 * What fills in before a suffix is one text behind another one, by the model's tokens for that.
 *
 * @param {Fields} fields
 * @throws {HttpError} `invalid_value` or `unsupported_field`
 */
function mustSuitSuffix(fields) {
  if (!fields.suffix) return
  if (promptsOf(fields).some((prompt) => typeof prompt !== 'string')) {
    throw new HttpError('invalid_value', 'prompt: expected texts, where there is a suffix.', {
      param: 'prompt',
    })
  }
  if ((fields.n ?? 1) > 1) {
    throw new HttpError('unsupported_field', 'n: one answer is given where there is a suffix.', {
      param: 'n',
    })
  }
}

/** @param {Fields} fields @param {string | number[]} prompt */
const askedOf = ({ suffix }, prompt) =>
  suffix && typeof prompt === 'string' ? new Middle(prompt, suffix) : prompt

/**
 * @param {Fields} fields
 * @param {string | number[]} prompt
 * @returns {GenerateOptions}
 */
function optionsOf(fields, prompt) {
  return {
    ...samplingOptions(fields),
    n: fields.suffix ? undefined : fields.n,
    maxTokens: fields.max_tokens ?? USUAL_TOKENS,
    format: formatOf(fields.response_format),
    logprobs: fields.logprobs === false ? undefined : fields.logprobs,
    raw: typeof prompt === 'string' && !fields.suffix ? true : undefined,
  }
}

/** The prompt's text, where the answer begins with it. @param {Fields} fields @param {Model} model @param {string | number[]} prompt */
function echoOf({ echo }, model, prompt) {
  if (!echo) return ''
  return typeof prompt === 'string' ? prompt : model.detokenize(prompt)
}

/** @param {Call} call @param {Fields} fields */
async function completion(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const prompts = promptsOf(fields)
  // Together: the engine works on them in the same steps. Where one fails, the others are not wanted.
  const results = await Promise.all(
    prompts.map((prompt) => wholeAnswers(call, model, askedOf(fields, prompt), optionsOf(fields, prompt))),
  ).catch((error) => {
    call.stop(error)
    throw error
  })
  const choices = results.flatMap(({ answers }, at) =>
    answers.map((answer) => ({ ...answer, echo: echoOf(fields, model, prompts[at]) })),
  )
  return {
    ...headOf(name),
    choices: choices.map(({ echo, text, logprobs, finishReason }, index) => ({
      index,
      text: echo + text,
      logprobs: completionLogprobs(logprobs, echo.length),
      finish_reason: finishReasonOf(finishReason),
    })),
    usage: usageOf(call),
  }
}

/** @param {Call} call @param {Fields} fields */
async function* chunks(call, fields) {
  const { model, name } = await call.lease(fields.model)
  const withUsage = fields.stream_options?.include_usage === true
  const head = { ...headOf(name), ...(withUsage ? { usage: null } : {}) }
  for (const [at, prompt] of promptsOf(fields).entries()) {
    const first = at * (fields.n ?? 1)
    /** @type {Map<number, number>} how long the texts are until now, in characters */
    const lengths = new Map()
    for await (const { choice, ...event } of answerEvents(
      call,
      model,
      askedOf(fields, prompt),
      optionsOf(fields, prompt),
    )) {
      const echo = lengths.has(choice) ? '' : echoOf(fields, model, prompt)
      const text = event.type === 'text' ? event.text : ''
      const at = (lengths.get(choice) ?? 0) + echo.length
      lengths.set(choice, at + text.length)
      yield {
        ...head,
        choices: [
          {
            index: first + choice,
            text: echo + text,
            logprobs: event.type === 'text' ? completionLogprobs(event.logprobs, at) : null,
            finish_reason: event.type === 'finish' ? finishReasonOf(event.result.finishReason) : null,
          },
        ],
      }
    }
  }
  if (withUsage) yield { ...head, choices: [], usage: usageOf(call) }
}

/** @param {string} model */
function headOf(model) {
  return {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model,
  }
}
