/** @import { Model } from '../../Model.js' */
/** @import { GenerateResult } from '../../types.d.ts' */

/**
 * Which of the stop texts ended a text: the one that its tokens go on with. A text that the model ended itself has none.
 *
 * @param {Model} model
 * @param {Pick<GenerateResult, 'text' | 'tokens' | 'finishReason'>} result
 * @param {readonly string[] | undefined} stops
 * @returns {string | undefined}
 */
export function stopTextOf(model, { text, tokens, finishReason }, stops = []) {
  if (finishReason !== 'stop' || stops.length === 0) return undefined
  const whole = model.detokenize(tokens)
  return stops.find((stop) => stop !== '' && whole.startsWith(stop, text.length))
}
