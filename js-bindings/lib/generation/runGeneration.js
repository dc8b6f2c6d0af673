import { AbortError } from '../errors/AbortError.js'

/** @import { JobListeners } from '../bridge/Bridge.js' */
/** @import { EngineModel } from '../EngineModel.js' */
/** @import { GenerateResult } from '../types.d.ts' */

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
