/** @import { EngineFormat } from '../generation/format.js' */
/** @import { ChatMessage } from './readMessages.js' */

/**
 * What a model is shown of a format.
 *
 * @typedef {object} ShownFormat
 * @property {EngineFormat} [format] what the answer must be like
 * @property {boolean} [showFormat] whether the model is shown it; default: true
 * @property {'first' | 'last'} [showIn] which of the user's messages has it where there is no system message, or where it is
 *   asked for one answer of a chat alone; default: `first`, the same one in each turn of a chat, whose cache so stays
 * @property {number} contextLength of the model
 * @property {boolean} inChannels whether its turns are in channels, for which there is a form of its own
 */

/** The most bytes in UTF-8 of what is shown: some 2,000 tokens. */
const MOST = 8192

/**
 * Messages in which a model reads the schema that its answer will meet, with its titles and descriptions: at the end of the
 * system message, or of a user's. It is no part of the template: none of its texts is a special token. Where it says nothing
 * but that an object comes, or is longer than 8 KB, or has more bytes than half of the context has tokens, the messages are as
 * they were; so they are with formats that are no schema.
 *
 * @param {ChatMessage[]} messages
 * @param {ShownFormat} shown
 * @returns {ChatMessage[]}
 */
export function showFormat(
  messages,
  { format, showFormat: isShown = true, showIn = 'first', contextLength, inChannels },
) {
  if (!isShown || format === undefined || !('schema' in format)) return messages
  const schema = told(format.schema)
  if (schema === undefined) return messages
  const others = Object.entries(format.schemas ?? {}).map(
    ([uri, other]) => `${uri}: ${JSON.stringify(other)}`,
  )
  const json = [JSON.stringify(schema), ...others].join('\n')
  if (Buffer.byteLength(json) > Math.min(MOST, contextLength / 2)) return messages
  // The form of gpt-oss: https://developers.openai.com/cookbook/articles/openai-harmony#structured-output
  const text = inChannels
    ? `# Response Formats\n\n## answer\n\n${json}`
    : `Answer with JSON that meets this JSON Schema:\n${json}`
  return withText(messages, placeOf(messages, showIn), text)
}

/**
 * The schema as it is shown; undefined where it says nothing of the answer.
 *
 * @param {unknown} schema
 */
function told(schema) {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { $schema: _, ...others } = /** @type {Record<string, unknown>} */ (schema)
  const names = Object.keys(others)
  return names.length === 0 || (names.length === 1 && others.type === 'object') ? undefined : others
}

/**
 * Which message has it: -1 where there is neither a system message nor a user's.
 *
 * @param {ChatMessage[]} messages
 * @param {'first' | 'last'} showIn
 */
function placeOf(messages, showIn) {
  const isOfUser = (/** @type {ChatMessage} */ { role }) => role === 'user'
  if (showIn === 'last') return messages.findLastIndex(isOfUser)
  return messages[0]?.role === 'system' ? 0 : messages.findIndex(isOfUser)
}

/**
 * @param {ChatMessage[]} messages
 * @param {number} place
 * @param {string} text
 * @returns {ChatMessage[]}
 */
function withText(messages, place, text) {
  if (place < 0) return [{ role: 'system', content: text }, ...messages]
  const { content } = messages[place]
  const joined =
    typeof content === 'string'
      ? `${content}\n\n${text}`
      : [...(content ?? []), { type: /** @type {const} */ ('text'), text }]
  return messages.with(place, { ...messages[place], content: joined })
}
