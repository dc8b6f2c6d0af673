import { randomInt } from 'node:crypto'
import { AbortError, onAbort } from '../errors/AbortError.js'

/** @import { JobListeners } from '../bridge/Bridge.js' */
/** @import { EngineModel } from '../EngineModel.js' */
/** @import { GenerateResult } from '../types.d.ts' */
/** @import { GivenOptions } from './readGenerateOptions.js' */

/**
 * Has the engine generate a text.
 *
 * @param {EngineModel} engine
 * @param {string} method of the engine
 * @param {object} job its arguments
 * @param {JobListeners} listeners
 * @returns {Promise<GenerateResult>}
 */
export async function runGeneration(engine, method, job, listeners) {
  const withLoadTime = (/** @type {GenerateResult} */ result) => ({
    ...result,
    timings: { ...result.timings, loadMs: engine.opened.loadMs },
  })
  try {
    // Nobody listens to the pieces of a text that is asked for as a whole.
    const stream = listeners.onText !== undefined
    return withLoadTime(await engine.open(method, { ...job, stream }, listeners))
  } catch (error) {
    if (!(error instanceof AbortError) || error.result === undefined) throw error
    throw new AbortError(error.cause, withLoadTime(error.result))
  }
}

/** The largest seed that is drawn here: far from where a seed plus an index is no exact integer. */
const MOST = 2 ** 47

/**
 * Has the engine make several answers to a prompt, at the same time: what one of them has computed of the prompt serves the
 * others. If one fails, so do all, once the others have ended.
 *
 * @param {EngineModel} engine
 * @param {{ prompt: object, options: GivenOptions }} job
 * @param {number} n how many
 * @param {AbortSignal} [signal]
 * @returns {Promise<GenerateResult>}
 */
export async function runChoices(engine, job, n, signal) {
  const stopping = new AbortController()
  const forget = onAbort(signal, () => stopping.abort(signal?.reason))
  const { seed = -1 } = job.options
  const first = seed === -1 ? randomInt(MOST) : seed
  const seeds = Array.from({ length: n }, (_, i) => choiceSeed(first, i))
  const running = seeds.map((own) =>
    runGeneration(
      engine,
      'generate',
      { ...job, options: { ...job.options, seed: own } },
      { signal: stopping.signal },
    ),
  )
  try {
    return joined(await Promise.all(running), seeds)
  } catch (error) {
    stopping.abort(error)
    await Promise.allSettled(running)
    throw error
  } finally {
    forget()
  }
}

/**
 * The seed of a choice: that of the first, and so many more. -1 stands for any seed, and behind the last exact integer come
 * those from 0 on.
 *
 * @param {number} first
 * @param {number} index
 */
export function choiceSeed(first, index) {
  const seed = first < -1 && first + index >= -1 ? first + index + 1 : first + index
  return seed > Number.MAX_SAFE_INTEGER ? index - 1 - (Number.MAX_SAFE_INTEGER - first) : seed
}

/**
 * @param {GenerateResult[]} results
 * @param {number[]} seeds
 * @returns {GenerateResult}
 */
function joined(results, seeds) {
  const [first] = results
  const { promptTokens } = first.usage
  const computed = results.reduce((sum, { usage }) => sum + promptTokens - usage.cachedTokens, 0)
  return {
    ...first,
    usage: {
      promptTokens,
      cachedTokens: Math.max(0, promptTokens - computed),
      completionTokens: results.reduce((sum, { usage }) => sum + usage.completionTokens, 0),
    },
    choices: results.map(({ text, tokens, finishReason }, i) => ({
      text,
      tokens,
      finishReason,
      seed: seeds[i],
    })),
  }
}
