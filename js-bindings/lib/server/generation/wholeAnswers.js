/** @import { Model } from '../../Model.js' */
/** @import { Choice, GenerateOptions, GenerateResult, Prompt, ToolCall } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/** @typedef {{ reasoning?: string, toolCalls?: readonly ToolCall[] }} Parts what an answer has beside its text */

/**
 * Makes answers to a prompt, whole.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt} prompt
 * @param {GenerateOptions} options
 * @returns {Promise<GenerateResult & Parts & { answers: ((GenerateResult | Choice) & Parts)[] }>}
 */
export async function wholeAnswers(call, model, prompt, options) {
  const result = await model.generate(prompt, { ...options, ...call.claim })
  call.firstAt = performance.now()
  call.finishReason = result.finishReason
  call.count(result.usage)
  if (call.services.logPrompts) call.said += result.text
  return { ...result, answers: result.choices ?? [result] }
}
