import { invalidArgument, text } from '../arguments/checks.js'
import { readMessages } from '../prompt/readMessages.js'

/** @import { ChatMessage } from '../prompt/readMessages.js' */

/**
 * Reads what is said in a chat.
 *
 * @param {unknown} message a text of the user's, a message, or several
 * @returns {ChatMessage[]}
 */
export function readSaid(message) {
  if (typeof message === 'string') return [frozen({ role: 'user', content: text(message, 'message') })]
  const messages = Array.isArray(message) ? message : [message]
  if (messages.length === 0 || typeof messages[0] !== 'object') {
    throw invalidArgument('message', message, 'a string, a message, or an array of messages')
  }
  const read = readMessages(messages)
  if (read[read.length - 1].role === 'assistant') {
    throw invalidArgument('the role of the last message', 'assistant', 'user or tool, which is answered')
  }
  return read.map(frozen)
}

/**
 * A message that nobody can change: a chat hands out its own.
 *
 * @template T
 * @param {T} value as JSON has it
 * @returns {T}
 */
export function frozen(value) {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
