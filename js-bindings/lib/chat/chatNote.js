import { RealmError } from '../errors/RealmError.js'
import { readMessages } from '../prompt/readMessages.js'
import { frozen } from './said.js'

/** @import { ChatMessage } from '../prompt/readMessages.js' */

/**
 * What of a chat is kept with its sequence.
 *
 * @typedef {object} ChatState
 * @property {readonly ChatMessage[]} messages all of them
 * @property {readonly ChatMessage[]} seen those that the model sees, fewer once the chat has outgrown the context: what is in
 *   both lists is the same object
 */

/** Of the form of the note; another form is another number. */
const VERSION = 1

/**
 * The note that a saved chat has beside its sequence: JSON with its messages, and of those that the model sees the indices,
 * or the messages themselves where they are no others.
 *
 * @param {ChatState} state
 * @param {string | undefined} system the system message that the chat was begun with
 * @returns {string}
 */
export function writeChatNote({ messages, seen }, system) {
  const places = new Map(messages.map((message, index) => [message, index]))
  return JSON.stringify({
    chat: VERSION,
    system,
    messages,
    seen: seen.map((message) => places.get(message) ?? message),
  })
}

/**
 * Reads such a note.
 *
 * @param {string} note
 * @returns {ChatState & { system: string | undefined }}
 * @throws {RealmError} `SEQUENCE_INVALID` for anything else
 */
export function readChatNote(note) {
  try {
    const { chat, system, messages, seen } = JSON.parse(note)
    if (chat !== VERSION || !Array.isArray(messages) || !Array.isArray(seen)) throw new Error('its form')
    if (system !== undefined && typeof system !== 'string') throw new Error('its system message')
    const read = readMessages(messages).map(frozen)
    return { system, messages: read, seen: seen.map((entry) => seenMessage(entry, read)) }
  } catch (error) {
    throw new RealmError(
      'SEQUENCE_INVALID',
      'The file holds no chat that this version reads: take one that chat.save() wrote. A sequence alone is opened by ' +
        'restoreSequence().',
      { cause: error },
    )
  }
}

/** @param {unknown} entry @param {ChatMessage[]} messages */
function seenMessage(entry, messages) {
  if (typeof entry !== 'number') return frozen(readMessages([entry])[0])
  if (!Object.hasOwn(messages, entry)) throw new Error(`there is no message ${entry}`)
  return messages[entry]
}
