import * as v from 'valibot'
import { HttpError } from '../errors/HttpError.js'
import { thinking } from '../generation/thinking.js'
import { schemaField } from '../openai/formatFields.js'
import { integer, name, number, object, text } from '../requests/fields.js'
import { checked } from '../requests/readRequest.js'

/** @import { Model } from '../../Model.js' */
/** @import { Format, GenerateOptions, JsonSchema } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/** How long a model stays loaded: seconds, or a time such as `5m`; a negative one is for good. */
const keepAlive = v.union([
  v.number(),
  v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?(ms|s|m|h)?$/, "a time such as '5m'")),
])

/** The options of a text that have an effect. */
const taken = {
  num_predict: v.nullish(integer(-2, 2147483647)),
  temperature: v.nullish(number(0, 100)),
  top_k: v.nullish(integer(0, 2147483647)),
  top_p: v.nullish(number(0, 1)),
  min_p: v.nullish(number(0, 1)),
  typical_p: v.nullish(number(0, 1)),
  mirostat: v.nullish(v.picklist([0, 1, 2])),
  mirostat_tau: v.nullish(number(0, 100)),
  mirostat_eta: v.nullish(number(0, 1)),
  seed: v.nullish(integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  repeat_penalty: v.nullish(number(0.001, 10)),
  presence_penalty: v.nullish(number(-10, 10)),
  frequency_penalty: v.nullish(number(-10, 10)),
  stop: v.nullish(v.union([text, v.pipe(v.array(text), v.maxLength(16))])),
}

/** What all of Ollama's requests have. */
export const commonFields = {
  model: name,
  keep_alive: v.optional(keepAlive),
  options: v.optional(object),
}

/** What those have that make texts. */
export const textFields = {
  ...commonFields,
  stream: v.optional(v.boolean()),
  format: v.optional(v.union([v.picklist(['json', '']), schemaField])),
  logprobs: v.optional(v.boolean()),
  top_logprobs: v.optional(integer(0, 20)),
}

/** Whether the model thinks, or how far. */
export const thinkField = v.optional(v.union([v.boolean(), v.picklist(['low', 'medium', 'high', 'max'])]))

/**
 * @param {Call} call
 * @param {Model} model
 * @param {v.InferOutput<typeof thinkField>} think
 */
export const thoughtsOf = (call, model, think) =>
  thinking(call, model, typeof think === 'string' ? { effort: think } : think, 'think')

/**
 * Options that say how Ollama's engine loads a model or computes: here models are loaded otherwise.
 */
const IGNORED = [
  ...[
    'num_ctx',
    'num_keep',
    'num_batch',
    'num_gpu',
    'main_gpu',
    'low_vram',
    'f16_kv',
    'vocab_only',
    'use_mmap',
    'use_mlock',
  ],
  ...[
    'num_thread',
    'numa',
    'logits_all',
    'embedding_only',
    'penalize_newline',
    'repeat_last_n',
    'draft_num_predict',
  ],
]

/** Options that are refused, but for the value that asks for nothing. @type {Record<string, number>} */
const REFUSED = { tfs_z: 1 }

const schema = v.object(taken)

/**
 * The options of a text; those without an effect are noted with the call.
 *
 * @param {Call} call
 * @param {{ options?: Record<string, unknown>, format?: unknown, logprobs?: boolean, top_logprobs?: number }} fields
 * @returns {GenerateOptions}
 * @throws {HttpError} `invalid_value`, `unknown_field` or `unsupported_field`
 */
export function textOptions(call, { options = {}, format, logprobs, top_logprobs }) {
  const { num_predict, stop, ...others } = checked(schema, takenOf(call, options), 'options')
  const number = (/** @type {number | null | undefined} */ value) => value ?? undefined
  return {
    maxTokens:
      num_predict === undefined || num_predict === null || num_predict <= 0 ? undefined : num_predict,
    temperature: number(others.temperature),
    topK: number(others.top_k),
    topP: number(others.top_p),
    minP: number(others.min_p),
    typicalP: number(others.typical_p),
    mirostat: mirostatOf(others),
    seed: number(others.seed),
    repeatPenalty: number(others.repeat_penalty),
    presencePenalty: number(others.presence_penalty),
    frequencyPenalty: number(others.frequency_penalty),
    stop: (typeof stop === 'string' ? [stop] : (stop ?? undefined))?.filter((one) => one !== ''),
    format: formatOf(format),
    logprobs: logprobs ? (top_logprobs ?? 0) : undefined,
  }
}

/**
 * Of the options, those that have an effect.
 *
 * @param {Call} call
 * @param {Record<string, unknown>} options
 */
export function takenOf(call, options) {
  /** @type {Record<string, unknown>} */
  const found = {}
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(taken, name)) found[name] = value
    else if (value === null || IGNORED.includes(name) || REFUSED[name] === value) {
      call.ignored.push(`options.${name}`)
    } else {
      const param = `options.${name.slice(0, 60)}`
      const isKnown = Object.hasOwn(REFUSED, name)
      throw new HttpError(
        isKnown ? 'unsupported_field' : 'unknown_field',
        `${param}: ${isKnown ? 'is not done here' : 'no such option'}.`,
        { param },
      )
    }
  }
  return found
}

/**
 * @param {{ mirostat?: 0 | 1 | 2 | null, mirostat_tau?: number | null, mirostat_eta?: number | null }} options
 * @returns {GenerateOptions['mirostat']}
 */
function mirostatOf({ mirostat, mirostat_tau, mirostat_eta }) {
  return mirostat
    ? { version: mirostat, tau: mirostat_tau ?? undefined, eta: mirostat_eta ?? undefined }
    : undefined
}

/** @param {unknown} format @returns {Format | undefined} */
function formatOf(format) {
  if (format === undefined || format === '') return undefined
  return { schema: format === 'json' ? { type: 'object' } : /** @type {JsonSchema} */ (format) }
}

const UNITS = /** @type {Record<string, number>} */ ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 })

/**
 * How long a model stays loaded, in milliseconds.
 *
 * @param {number | string | undefined} keepAlive
 * @returns {number | undefined}
 */
export function keepAliveMs(keepAlive) {
  if (keepAlive === undefined) return undefined
  const [, amount, unit = 's'] = /^(-?[\d.]+)(ms|s|m|h)?$/.exec(String(keepAlive)) ?? [undefined, '0']
  return Number(amount) < 0 ? Number.POSITIVE_INFINITY : Number(amount) * UNITS[unit]
}
