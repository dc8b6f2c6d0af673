/** @import { Engine } from './Engine.js' */
/** @import { Pass } from './planPasses.js' */

/**
 * Runs one generation and takes its times where a caller in Node sees them.
 *
 * @param {Engine} engine
 * @param {number[]} ids the longest prompt
 * @param {Pass} pass
 * @param {() => number} [clock] milliseconds; default `performance.now`
 * @returns {Promise<Record<string, number>>} the wanted figures in tokens a second: of the prompt until the first token,
 *   of the tokens after the first text from then on
 */
export async function measurePass(engine, ids, pass, clock = () => performance.now()) {
  const { promptTokens, decodedTokens, prefill, decode } = pass
  const start = clock()
  let first = start
  let last = start
  let isFirst = true
  const count = 1 + decodedTokens
  const firstTokens = await engine.generate(ids.slice(0, promptTokens), count, () => {
    last = clock()
    if (isFirst) first = last
    isFirst = false
  })
  return {
    ...(prefill === undefined ? {} : { [prefill]: (promptTokens * 1000) / (first - start) }),
    ...(decode === undefined ? {} : { [decode]: ((count - firstTokens) * 1000) / (last - first) }),
  }
}
