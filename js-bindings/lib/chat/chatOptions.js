import { integerIn, invalidArgument } from '../arguments/checks.js'
import { refuseOptions } from '../arguments/refuseOptions.js'
import { readMessages } from '../prompt/readMessages.js'
import { frozen } from './said.js'

/** @import { ChatMessage } from '../prompt/readMessages.js' */
/** @import { ChatOptions, OverflowStrategy } from '../types.d.ts' */

/** Options of a generation that a chat cannot have: it goes on with one answer to messages. */
const OF_OTHERS = /** @type {const} */ (['n', 'raw', 'continueFinal'])

/** Options that say what a chat is, and are not given for one answer. */
const OF_THE_CHAT = /** @type {const} */ (['messages', 'system', 'tenant', 'cache'])

/** The checks of what only chats have. */
export const chatChecks = {
  messages: readHistory,
  onOverflow: readOverflow,
  maxRounds: integerIn({ from: 1, to: 10_000, advice: 'Default: 10.' }),
}

/**
 * Checks that options of a chat have none that it cannot have.
 *
 * @param {ChatOptions} options
 */
export function checkChatOptions(options) {
  refuseOptions(
    options,
    OF_OTHERS,
    'nothing: a chat has one answer to a message',
    'model.generate() takes it.',
  )
}

/**
 * The options of one answer: those that are given for it, and else those of its chat.
 *
 * @param {ChatOptions} chat
 * @param {ChatOptions} given
 * @returns {ChatOptions}
 */
export function withChatOptions(chat, given) {
  // What is no object, the check of all options refuses.
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  refuseOptions(given, OF_THE_CHAT, 'nothing: it is said once for a chat', 'Give it to model.chat().')
  const { messages: _, ...options } = chat
  const said = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  return { ...options, ...Object.fromEntries(said) }
}

/** @param {unknown} value @param {string} name @returns {ChatMessage[]} */
function readHistory(value, name) {
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'an array of messages')
  return readMessages(value).map(frozen)
}

/** @param {unknown} value @param {string} name @returns {OverflowStrategy} */
function readOverflow(value, name) {
  if (value === 'error' || value === 'truncateMiddle' || value === 'dropOldest') return value
  if (typeof value === 'function') return /** @type {OverflowStrategy} */ (value)
  throw invalidArgument(name, value, "'error', 'truncateMiddle', 'dropOldest' or a function")
}
