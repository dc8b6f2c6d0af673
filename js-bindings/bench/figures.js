import { SetupError } from '../scripts/runProgram.js'

/**
 * The pass beside busy processes. Another process may keep a thread of llama.cpp from its core for whole seconds, so it has
 * few tokens and a limit.
 */
export const busyPass = {
  /** The id of the figure: tokens a second. */
  decode: 'decode-busy',
  /** The id of the number of tokens that were made until the end or the limit, the first among them. */
  tokens: 'decode-busy-tokens',
  decodedTokens: 32,
  limitMs: 10_000,
}

/**
 * A figure that is measured on both sides.
 *
 * @typedef {object} Figure
 * @property {string} id its name in the JSON
 * @property {'load' | 'cold' | 'prefill' | 'decode' | 'memory'} group what `--only` names
 * @property {string} label its name in tables and plots
 * @property {'ms' | 'tokens/s' | 'MB'} unit MB are 10^6 bytes
 * @property {boolean} lowerIsBetter whether a ratio below 1 is a win
 * @property {number} [promptTokens] the length of the prompt, where the figure comes from one
 * @property {number} [busy] how many other processes keep the cores busy meanwhile; default none
 */

/** All figures, in the order of the table. @type {readonly Figure[]} */
export const figures = [
  { id: 'load', group: 'load', label: 'load', unit: 'ms', lowerIsBetter: true },
  { id: 'cold', group: 'cold', label: 'cold node to first token', unit: 'ms', lowerIsBetter: true },
  ...[64, 512, 2048].map((tokens) => prefill(tokens)),
  ...[0, 512, 2048].map((context) => decode(context)),
  { id: 'resident', group: 'memory', label: 'resident memory', unit: 'MB', lowerIsBetter: true },
  { id: 'peak', group: 'memory', label: 'peak resident memory', unit: 'MB', lowerIsBetter: true },
]

/**
 * @param {number} tokens
 * @returns {Figure}
 */
function prefill(tokens) {
  return {
    id: `prefill-${tokens}`,
    group: 'prefill',
    label: `prefill ${tokens}`,
    unit: 'tokens/s',
    lowerIsBetter: false,
    promptTokens: tokens,
  }
}

/**
 * @param {number} context
 * @returns {Figure}
 */
function decode(context) {
  return {
    id: `decode-${context}`,
    group: 'decode',
    label: `decode at ${context}`,
    unit: 'tokens/s',
    lowerIsBetter: false,
    // The shortest prompt that there is.
    promptTokens: Math.max(context, 1),
  }
}

/**
 * The figures that the user asks for.
 *
 * @param {object} wishes
 * @param {string} [wishes.only] groups, and figures by their ids, with commas between them; default all
 * @param {number} [wishes.busy] how many processes keep the cores busy: then it is decoding at 0 alone, without them and
 *   beside them
 * @returns {Figure[]}
 * @throws {SetupError} for a name that is neither's, or for both wishes
 */
export function chooseFigures({ only, busy }) {
  if (busy !== undefined) {
    if (only !== undefined) {
      throw new SetupError(
        '--busy measures decoding at 0 alone, and --only names figures: leave one of them out',
      )
    }
    const quiet = figures.filter(({ id }) => id === 'decode-0')
    const label = `decode at 0 beside ${busy} busy`
    return [...quiet, ...quiet.map((figure) => ({ ...figure, id: busyPass.decode, label, busy }))]
  }
  if (only === undefined) return [...figures]
  const wanted = only.split(',').map((name) => name.trim())
  /** @type {string[]} */
  const known = [...new Set([...figures.map(({ group }) => group), ...figures.map(({ id }) => id)])]
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new SetupError(
      `--only names "${unknown}"; expected some of ${known.join(',')}, with commas between them`,
    )
  }
  return figures.filter(({ group, id }) => wanted.includes(group) || wanted.includes(id))
}

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
