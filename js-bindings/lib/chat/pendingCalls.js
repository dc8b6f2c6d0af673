import { invalidArgument } from '../arguments/checks.js'

/** @import { ChatMessage } from '../prompt/readMessages.js' */

/**
 * Checks that what is said next answers the calls that wait for an answer, all of them and no others, before anything else.
 *
 * @param {readonly ChatMessage[]} messages what was said
 * @param {readonly ChatMessage[]} said what is said next
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function checkAnswers(messages, said) {
  const waiting = pendingCalls(messages)
  for (const { role, tool_call_id: id } of said) {
    if (role === 'tool') {
      if (!waiting.delete(String(id))) {
        throw invalidArgument('tool_call_id', id, 'the id of a call that waits for its result')
      }
    } else mustBeAnswered(waiting, role)
  }
  mustBeAnswered(waiting, 'no more')
}

/**
 * @param {Set<string>} waiting
 * @param {string} received
 */
function mustBeAnswered(waiting, received) {
  if (waiting.size === 0) return
  throw invalidArgument(
    'the role of the next message',
    received,
    `tool, with the result of the call ${[...waiting].join(', and of ')}`,
    "Send { role: 'tool', tool_call_id, content }, or take the calls back by undo().",
  )
}

/**
 * The ids of the calls that the last turn made and nobody has answered.
 *
 * @param {readonly ChatMessage[]} messages
 */
function pendingCalls(messages) {
  const last = messages.findLastIndex(({ role }) => role !== 'tool')
  const calls = /** @type {{ id?: unknown }[]} */ (messages[last]?.tool_calls ?? [])
  const waiting = new Set(calls.map(({ id }) => String(id)))
  for (const { tool_call_id: id } of messages.slice(last + 1)) waiting.delete(String(id))
  return waiting
}
