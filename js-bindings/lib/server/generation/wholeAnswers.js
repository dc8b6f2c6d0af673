import { Middle } from './Middle.js'

/** @import { Model } from '../../Model.js' */
/** @import { Choice, GenerateOptions, GenerateResult, Prompt } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/**
 * Makes answers to a prompt, whole; what fills a middle in is one.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt | Middle} prompt
 * @param {GenerateOptions} options
 * @returns {Promise<GenerateResult & { answers: (GenerateResult | Choice)[] }>}
 */
export async function wholeAnswers(call, model, prompt, options) {
  const asked = { ...options, ...call.claim }
  /** @type {GenerateResult} */
  const result = await (prompt instanceof Middle
    ? model.infill(prompt.prefix, prompt.suffix, asked)
    : model.generate(prompt, asked))
  call.firstAt = performance.now()
  call.finishReason = result.finishReason
  call.count(result.usage)
  const answers = result.choices ?? [result]
  if (call.services.logPrompts) call.said += result.text
  return { ...result, answers }
}
