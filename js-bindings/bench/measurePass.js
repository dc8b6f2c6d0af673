/** @import { Engine } from './openEngine.js' */
/** @import { Pass } from './figures.js' */

/**
 * Runs one generation and takes its times where a caller in Node sees them.
 *
 * @param {Engine} engine
 * @param {number[]} ids the longest prompt
 * @param {Pass} pass
 * @param {() => number} [clock] milliseconds; default `performance.now`
 * @returns {Promise<Record<string, number>>} the wanted figures in tokens a second: of the prompt until the first token,
 *   of the tokens after the first text from then on; and how many tokens were made at all
 */
export async function measurePass(engine, ids, pass, clock = () => performance.now()) {
  const { promptTokens, decodedTokens, prefill, decode, tokens, limitMs = Number.POSITIVE_INFINITY } = pass
  const start = clock()
  let first = start
  let last = start
  let isFirst = true
  const made = await engine.generate(ids.slice(0, promptTokens), 1 + decodedTokens, () => {
    last = clock()
    // A limit that passes before the first text leaves one more, or there would be no speed.
    const goesOn = isFirst || last - start < limitMs
    if (isFirst) first = last
    isFirst = false
    return goesOn
  })
  return {
    ...(prefill === undefined ? {} : { [prefill]: (promptTokens * 1000) / (first - start) }),
    ...(decode === undefined ? {} : { [decode]: ((made.all - made.first) * 1000) / (last - first) }),
    ...(tokens === undefined ? {} : { [tokens]: made.all }),
  }
}
