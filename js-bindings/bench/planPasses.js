import { busyPass } from './busyPass.js'

/** @import { Figure } from './figures.js' */

/** Tokens that are decoded after a prompt's first one. */
const DECODED_TOKENS = 64

/** The prompt of a process of which only the loading or the memory is asked for. */
const USUAL_PROMPT_TOKENS = 512

/**
 * A generation that figures are taken from.
 *
 * @typedef {object} Pass
 * @property {number} promptTokens
 * @property {number} decodedTokens after the first token; 0 where only the prefill is measured
 * @property {string} [prefill] the id of the figure of its prefill, if that is wanted
 * @property {string} [decode] the id of the figure of its decoding, if that is wanted
 * @property {string} [tokens] the id of the number of tokens that it made, if that is wanted
 * @property {number} [busy] how many other processes keep the cores busy meanwhile; default none
 * @property {number} [limitMs] the first text after that many milliseconds is its last; default none
 */

/**
 * Plans the generations of a warm process: one for each length of a prompt, the short ones first, and then those beside busy
 * processes.
 *
 * @param {readonly Figure[]} figures those that are wanted
 * @returns {Pass[]} at least one: loading and memory are those of a process that has worked
 */
export function planPasses(figures) {
  /** @type {Map<number, Pass>} */
  const passes = new Map()
  /** @type {Pass[]} */
  const besideOthers = []
  for (const { id, group, promptTokens, busy } of figures) {
    if (promptTokens === undefined) continue
    if (busy !== undefined) {
      besideOthers.push({ ...busyPass, promptTokens, busy })
      continue
    }
    const pass = passes.get(promptTokens) ?? { promptTokens, decodedTokens: 0 }
    passes.set(promptTokens, pass)
    if (group === 'prefill') pass.prefill = id
    else Object.assign(pass, { decode: id, decodedTokens: DECODED_TOKENS })
  }
  if (passes.size === 0) return [{ promptTokens: USUAL_PROMPT_TOKENS, decodedTokens: DECODED_TOKENS }]
  return [...[...passes.values()].sort((a, b) => a.promptTokens - b.promptTokens), ...besideOthers]
}
