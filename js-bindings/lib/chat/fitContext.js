import { invalidArgument } from '../arguments/checks.js'
import { readMessages } from '../prompt/readMessages.js'
import { frozen } from './said.js'

/** @import { ChatMessage } from '../prompt/readMessages.js' */
/** @import { Message, OverflowStrategy } from '../types.d.ts' */

/**
 * What a chat has to fit.
 *
 * @typedef {object} Fitting
 * @property {(messages: readonly ChatMessage[]) => number[]} tokensOf the prompt that messages become
 * @property {number} contextLength tokens
 * @property {number} [maxTokens] of the answer; default: a quarter of the context is kept free for it
 * @property {OverflowStrategy} strategy
 * @property {AbortSignal} signal
 */

/** How much of what a prompt may have it has after messages were left out: each time the cache of what follows is lost. */
const AFTERWARDS = 0.75

/**
 * Leaves messages out where a chat has grown beyond its context, and its answer with it.
 *
 * @param {readonly ChatMessage[]} messages
 * @param {Fitting} fitting
 * @returns {Promise<{ messages: readonly ChatMessage[], tokens: number[] }>} with the tokens of the prompt, which the engine
 *   refuses where they are still too many
 */
export async function fitContext(messages, { tokensOf, contextLength, maxTokens, strategy, signal }) {
  const tokens = tokensOf(messages)
  const answer = Math.min(maxTokens ?? Math.floor(contextLength / 4), Math.floor(contextLength / 2))
  const most = contextLength - answer
  if (strategy === 'error' || tokens.length <= most) return { messages, tokens }
  if (typeof strategy === 'function') {
    const given = /** @type {readonly Message[]} */ ([...messages])
    const overflow = { promptTokens: tokens.length, maxPromptTokens: most, contextLength, signal }
    const fitted = readFitted(await strategy(given, overflow), messages)
    return { messages: fitted, tokens: tokensOf(fitted) }
  }
  const kept = shorten(messages, strategy, (some) => tokensOf(some).length <= most * AFTERWARDS)
  return { messages: kept, tokens: tokensOf(kept) }
}

/**
 * Leaves out as few messages as it takes to fit, or all that may be.
 *
 * @param {readonly ChatMessage[]} messages
 * @param {'dropOldest' | 'truncateMiddle'} strategy
 * @param {(messages: readonly ChatMessage[]) => boolean} fits
 */
function shorten(messages, strategy, fits) {
  const parts = partsThatMayGo(messages, strategy)
  const without = (/** @type {number} */ count) => {
    const gone = new Set(parts.slice(0, count).flat())
    return messages.filter((message) => !gone.has(message))
  }
  let [least, most] = [1, parts.length]
  while (least < most) {
    const middle = (least + most) >> 1
    if (fits(without(middle))) most = middle
    else least = middle + 1
  }
  return without(most)
}

/**
 * The parts of a chat that may be left out, the first to go first: whole exchanges, which are a user's message and all up to
 * the next one; then, of the exchange that runs, the rounds of tool calls with their results. The messages before the first
 * exchange, such as the system's, stay, and so do the last user's message and the last round; with `truncateMiddle` the
 * first exchange, too.
 *
 * @param {readonly ChatMessage[]} messages
 * @param {'dropOldest' | 'truncateMiddle'} strategy
 */
function partsThatMayGo(messages, strategy) {
  const exchanges = split(messages, ({ role }) => role === 'user').slice(1)
  const earlier = exchanges.slice(strategy === 'truncateMiddle' ? 1 : 0, -1)
  const running = exchanges.at(-1) ?? []
  const rounds = split(running, ({ role }) => role === 'assistant').slice(1, -1)
  return [...earlier, ...rounds]
}

/**
 * @param {readonly ChatMessage[]} messages
 * @param {(message: ChatMessage) => boolean} begins a part
 * @returns {ChatMessage[][]} what is before the first part, and the parts
 */
function split(messages, begins) {
  /** @type {ChatMessage[][]} */
  const parts = [[]]
  for (const message of messages) {
    if (begins(message)) parts.push([])
    parts[parts.length - 1].push(message)
  }
  return parts
}

/**
 * @param {unknown} value what `onOverflow` gave
 * @param {readonly ChatMessage[]} messages what it was given: those that are the same, stay the same objects
 */
function readFitted(value, messages) {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalidArgument('what onOverflow returned', value, 'the messages to go on with, at least one')
  }
  const known = new Map(messages.map((message) => [JSON.stringify(message), message]))
  return readMessages(value).map((message) => known.get(JSON.stringify(message)) ?? frozen(message))
}
