/** @import { Model } from '../../Model.js' */
/** @import { Choice, GenerateOptions, GenerateResult, Prompt } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/**
 * Makes answers to a prompt, whole.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt} prompt
 * @param {GenerateOptions} options
 * @returns {Promise<GenerateResult & { answers: (GenerateResult | Choice)[] }>}
 */
export async function wholeAnswers(call, model, prompt, options) {
  const result = await model.generate(prompt, { ...options, ...call.claim })
  call.firstAt = performance.now()
  call.finishReason = result.finishReason
  call.count(result.usage)
  const answers = result.choices ?? [result]
  if (call.services.logPrompts) call.said += result.text
  return { ...result, answers }
}
