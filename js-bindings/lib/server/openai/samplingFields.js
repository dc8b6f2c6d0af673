import * as v from 'valibot'
import { generateOptions } from '../../generation/options.js'
import { integer, number, object, text } from '../requests/fields.js'

/** @import { GenerateOptions } from '../../types.d.ts' */

const range = (/** @type {{ from?: number, to?: number }} */ { from = 0, to = 0 }) => number(from, to)

/** The fields that say how tokens are drawn and where a text ends: OpenAI's, and those that llama-server adds. */
export const samplingFields = {
  temperature: v.optional(range(generateOptions.temperature)),
  top_p: v.optional(range(generateOptions.topP)),
  top_k: v.optional(integer(0, 2147483647)),
  min_p: v.optional(range(generateOptions.minP)),
  typical_p: v.optional(range(generateOptions.typicalP)),
  top_n_sigma: v.optional(range(generateOptions.topNSigma)),
  repeat_penalty: v.optional(number(0.001, 10)),
  presence_penalty: v.optional(range(generateOptions.presencePenalty)),
  frequency_penalty: v.optional(range(generateOptions.frequencyPenalty)),
  logit_bias: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^\d+$/, 'token ids as keys')), number(-100, 100)),
  ),
  seed: v.optional(integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  stop: v.optional(v.union([text, v.pipe(v.array(text), v.maxLength(16))])),
  n: v.optional(integer(1, 128)),
  cache_prompt: v.optional(v.boolean()),
  chat_template_kwargs: v.optional(object),
}

/**
 * The same as options of a generation.
 *
 * @param {{ [Name in keyof typeof samplingFields]?: v.InferOutput<(typeof samplingFields)[Name]> }} fields
 * @returns {GenerateOptions}
 */
export function samplingOptions(fields) {
  const { stop } = fields
  return {
    temperature: fields.temperature,
    topP: fields.top_p,
    topK: fields.top_k,
    minP: fields.min_p,
    typicalP: fields.typical_p,
    topNSigma: fields.top_n_sigma,
    repeatPenalty: fields.repeat_penalty,
    presencePenalty: fields.presence_penalty,
    frequencyPenalty: fields.frequency_penalty,
    logitBias: /** @type {Record<number, number> | undefined} */ (fields.logit_bias),
    seed: fields.seed,
    // Clients send empty ones for none.
    stop: (typeof stop === 'string' ? [stop] : stop)?.filter((one) => one !== ''),
    cache: fields.cache_prompt === false ? 'none' : undefined,
    templateOptions: fields.chat_template_kwargs,
  }
}
