import { invalidArgument, text } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'

/** @import { Message } from './Message.js' */

const ROLES = /** @type {const} */ (['system', 'user', 'assistant', 'tool'])

/**
 * Checks the messages of a chat, and copies them.
 *
 * @param {readonly unknown[]} messages
 * @returns {Message[]}
 * @throws {RealmError} `INVALID_ARGUMENT`
 */
export function readMessages(messages) {
  return Array.from(messages, (message, index) => {
    const what = `messages[${index}]`
    const { role, content } = readOptions(
      message,
      { role: readRole, content: text },
      { what, prefix: `${what}.` },
    )
    if (role === undefined) throw invalidArgument(`${what}.role`, role, `one of ${ROLES.join(', ')}`)
    if (content === undefined) throw invalidArgument(`${what}.content`, content, 'a string')
    return { role, content }
  })
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function readRole(value, name) {
  const role = ROLES.find((known) => known === value)
  if (role === undefined) throw invalidArgument(name, value, `one of ${ROLES.join(', ')}`)
  return role
}
