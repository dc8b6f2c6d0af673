import { abortSignal } from './arguments/abortSignal.js'
import { integerIn } from './arguments/integerIn.js'
import { readOptions } from './arguments/readOptions.js'
import { engineModelOf } from './Model.js'

/** @import { Model } from './Model.js' */

/**
 * What a model expects after each token of a sequence.
 *
 * @typedef {object} Logits
 * @property {number[]} ids the sequence
 * @property {[id: number, logProbability: number][][]} top for each token of the sequence, the most probable next tokens,
 *   the best first; natural logarithms, over the whole vocabulary
 */

/**
 * Runs a model over a sequence and tells the most probable next tokens after each of its tokens.
 *
 * @param {Model} model
 * @param {readonly number[]} ids at least one; the engine checks them
 * @param {object} [options]
 * @param {number} [options.top] how many next tokens to tell; an integer from 1; default 200
 * @param {number} [options.batch] how many tokens of the sequence a step takes in: 1 is the way of decoding; an integer
 *   from 1; default: as many as a prefill takes
 * @param {AbortSignal} [options.signal] stops it
 * @returns {Promise<Logits>}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `CONTEXT_OVERFLOW`,
 *   `OUT_OF_MEMORY` or `DISPOSED`
 */
export async function logits(model, ids, options = {}) {
  const fromOne = integerIn({ from: 1, to: 2 ** 31 - 1 })
  const { signal, ...settings } = readOptions(
    options,
    { top: fromOne, batch: fromOne, signal: abortSignal },
    { what: 'the options of logits' },
  )
  return engineModelOf(model).open('logits', { ids: [...ids], top: 200, ...settings }, { signal })
}
