import { invalidArgument } from '../arguments/checks.js'
import { RealmError } from '../errors/RealmError.js'

/** @import { Range } from '../jinja/Text.js' */
/** @import { ChatMessage } from './readMessages.js' */

/** @typedef {{ text: string, plain: readonly Range[], startsWithBos: boolean }} Rendered */

/**
 * Writes a chat so that its last message, the assistant's, stays open: up to the end of what that says. A template does not
 * tell where that is, so a word that nothing else has is put there, and what comes from it on is cut off. What the template
 * trims, such as a space at the end, is there.
 *
 * @param {readonly ChatMessage[]} messages
 * @param {(messages: readonly ChatMessage[]) => Rendered} render without the beginning of another answer
 * @returns {Rendered}
 * @throws {RealmError} `INVALID_ARGUMENT` if the last message is not the assistant's, or says nothing; `CHAT_TEMPLATE_ERROR`
 *   if the template does not write its end
 */
export function openFinal(messages, render) {
  const last = messages[messages.length - 1]
  if (last.role !== 'assistant') {
    throw invalidArgument(
      'continueFinal',
      true,
      "false where the last message is not the assistant's",
      'Add the beginning of its answer: { role: "assistant", content: "…" }.',
    )
  }
  const { content } = last
  const isEmpty = content === null || (Array.isArray(content) && content.length === 0)
  if (isEmpty || last.tool_calls !== undefined) {
    throw invalidArgument(
      'continueFinal',
      true,
      'a last message that is text, without tool calls',
      'Calls are not gone on with.',
    )
  }
  const word = newWord(messages)
  const marked = { ...last, content: withWord(content, word) }
  const { text, plain, startsWithBos } = render([...messages.slice(0, -1), marked])
  const end = text.indexOf(word)
  const range = plain.find(([from, to]) => from <= end && end < to)
  const said = range && text.slice(range[0], end)
  const asked = endOf(content)
  if (
    said === undefined ||
    text.indexOf(word, end + 1) >= 0 ||
    !(said.endsWith(asked) || asked.endsWith(said))
  ) {
    throw new RealmError(
      'CHAT_TEMPLATE_ERROR',
      'The chat template of the model does not write the last message so that it can be gone on with: ' +
        `${end < 0 ? 'its end is not there' : 'it is written as something else'}. Leave out continueFinal, or use raw: true ` +
        'and write the prompt yourself.',
    )
  }
  const before = plain
    .filter(([from]) => from < end)
    .map(([from, to]) => /** @type {Range} */ ([from, Math.min(to, end)]))
  return { text: text.slice(0, end), plain: before, startsWithBos }
}

/**
 * A word that no message has.
 *
 * @param {readonly ChatMessage[]} messages
 */
function newWord(messages) {
  const all = JSON.stringify(messages)
  let word = 'realmopen'
  while (all.includes(word)) word += 'q'
  return word
}

/**
 * @param {ChatMessage['content']} content
 * @param {string} word
 */
function withWord(content, word) {
  if (typeof content === 'string' || content === null) return (content ?? '') + word
  const { text } = content[content.length - 1]
  return [...content.slice(0, -1), { type: /** @type {const} */ ('text'), text: text + word }]
}

/**
 * What a content says at its end: all of it, or its last part.
 *
 * @param {ChatMessage['content']} content
 */
function endOf(content) {
  return typeof content === 'string' ? content : (content?.at(-1)?.text ?? '')
}
