/** @import { TokenLogprob } from '../types.d.ts' */

/**
 * What the model thought of tokens, as the engine tells it: JSON has no infinity, so that null stands for it there.
 *
 * @param {(Omit<TokenLogprob, 'logprob'> & { logprob: number | null })[]} entries
 * @returns {TokenLogprob[]}
 */
export function readLogprobs(entries) {
  return entries.map((entry) => ({ ...entry, logprob: entry.logprob ?? Number.NEGATIVE_INFINITY }))
}
