import { performance } from 'node:perf_hooks'

/** @import { Model } from '../../lib/index.js' */

/**
 * What a long prompt does to the texts that run, and they to it.
 *
 * @typedef {object} Load
 * @property {number} quietFirstMs milliseconds to the prompt's first token where nothing else runs
 * @property {number} loadedFirstMs the same beside the texts
 * @property {number} quietSpeed tokens a second of all texts together before the prompt comes
 * @property {number} loadedSpeed the same while it is computed
 * @property {Gaps} quietGaps between two tokens of a text before the prompt comes
 * @property {Gaps} loadedGaps the same while it is computed
 *
 * @typedef {{ p50: number, p99: number }} Gaps milliseconds
 */

/**
 * Lets a long prompt arrive under texts that run.
 *
 * @param {Model} model with room for both in its context
 * @param {object} plan
 * @param {number} plan.streams how many texts run
 * @param {number} plan.promptTokens the length of the long prompt
 * @param {number} plan.quietMs for how long the texts are measured before it comes
 * @param {number} plan.token an ordinary one that the prompts are made of, and the texts, which so never end
 * @returns {Promise<Load>}
 */
export async function measureLoad(model, { streams, promptTokens, quietMs, token }) {
  const logitBias = { [token]: 100 }
  // cache: 'none', so that the prompt is computed each time.
  // Always the same token would be guessed.
  const options = { temperature: 0, logitBias, cache: /** @type {const} */ ('none'), speculation: false }
  const long = Array(promptTokens).fill(token)
  const firstMs = async () => {
    const start = performance.now()
    await model.generate(long, { ...options, maxTokens: 1 })
    return performance.now() - start
  }
  await firstMs()
  const quietFirstMs = await firstMs()

  const stopping = new AbortController()
  /** @type {number[]} */
  let gaps = []
  let begun = 0
  const texts = Array.from({ length: streams }, async () => {
    let last = 0
    while (!stopping.signal.aborted) {
      const stream = model.stream(Array(8).fill(token), { ...options, signal: stopping.signal })
      stream.result.catch(() => undefined)
      for await (const _ of stream) {
        const now = performance.now()
        if (last > 0) gaps.push(now - last)
        else begun++
        last = now
      }
    }
  }).map((text) => text.catch(unlessAborted))
  const meanwhile = async (/** @type {() => Promise<unknown>} */ work) => {
    gaps = []
    const before = model.stats().textTokens
    const start = performance.now()
    await work()
    const ms = performance.now() - start
    return { ms, speed: ((model.stats().textTokens - before) / ms) * 1000, gaps: percentiles(gaps) }
  }
  const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))
  while (begun < streams) await pause(5)
  const quiet = await meanwhile(() => pause(quietMs))
  const loaded = await meanwhile(firstMs)
  stopping.abort()
  await Promise.all(texts)
  return {
    quietFirstMs,
    loadedFirstMs: loaded.ms,
    quietSpeed: quiet.speed,
    loadedSpeed: loaded.speed,
    quietGaps: quiet.gaps,
    loadedGaps: loaded.gaps,
  }
}

/** @param {any} error */
function unlessAborted(error) {
  if (error?.name !== 'AbortError') throw error
}

/**
 * @param {number[]} gaps
 * @returns {Gaps}
 */
function percentiles(gaps) {
  const sorted = [...gaps].sort((a, b) => a - b)
  const at = (/** @type {number} */ share) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

/**
 * The measurement in lines.
 *
 * @param {Load} load
 * @param {{ streams: number, promptTokens: number }} plan
 */
export function formatLoad(load, { streams, promptTokens }) {
  const gaps = (/** @type {Gaps} */ { p50, p99 }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  return [
    `${streams} texts: ${load.quietSpeed.toFixed(1)} tokens/s; between tokens ${gaps(load.quietGaps)}`,
    `while a prompt of ${promptTokens} tokens is computed: ${load.loadedSpeed.toFixed(1)} tokens/s (${(load.loadedSpeed / load.quietSpeed).toFixed(2)} x, at least 0.5 is wanted); between tokens ${gaps(load.loadedGaps)}`,
    `its first token: ${load.quietFirstMs.toFixed(0)} ms alone, ${load.loadedFirstMs.toFixed(0)} ms beside them (${(load.loadedFirstMs / load.quietFirstMs).toFixed(2)} x, at most 3 is wanted)`,
  ].join('\n')
}
