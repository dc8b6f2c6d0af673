import * as v from 'valibot'
import { HttpError } from '../errors/HttpError.js'
import { listOf, object, text } from '../requests/fields.js'

/** @import { Message, TextPart } from '../../types.d.ts' */

/** A block of a message; what it has beside its type is looked at where it is read. */
const block = v.looseObject({ type: v.string() })

/** What the model is told beforehand: a text, or blocks of it. */
export const systemField = v.union([text, v.array(v.looseObject({ type: v.literal('text'), text }))])

/** The messages of a conversation. */
export const messageFields = listOf(
  v.object({ role: v.picklist(['user', 'assistant', 'system']), content: v.union([text, v.array(block)]) }),
)

/** @typedef {v.InferOutput<typeof block>} Block */

/** What Claude Code writes before its own system message: another text each time, so that no prompt would begin like the last. */
const BILLING = 'x-anthropic-billing-header'

/**
 * The conversation as the library takes it.
 *
 * @param {v.InferOutput<typeof messageFields>} messages
 * @param {v.InferOutput<typeof systemField> | undefined} system
 * @returns {Message[]}
 * @throws {HttpError} `invalid_value`
 */
export function messagesOf(messages, system) {
  return [
    ...systemOf(system),
    ...messages.flatMap(({ role, content }, index) => {
      if (typeof content === 'string') return [{ role, content }]
      const what = `messages[${index}].content`
      return role === 'assistant' ? [assistantMessage(content, what)] : userMessages(role, content, what)
    }),
  ]
}

/**
 * @param {v.InferOutput<typeof systemField> | undefined} system
 * @returns {Message[]}
 */
function systemOf(system) {
  const texts = (typeof system === 'string' ? [system] : (system ?? []).map(({ text }) => text)).filter(
    (text) => text !== '' && !text.startsWith(BILLING),
  )
  return texts.length === 0 ? [] : [{ role: 'system', content: texts.join('\n\n') }]
}

/**
 * @param {readonly Block[]} blocks
 * @param {string} what
 * @returns {Message}
 */
function assistantMessage(blocks, what) {
  /** @type {string[]} */
  const thoughts = []
  /** @type {TextPart[]} */
  const texts = []
  /** @type {object[]} */
  const calls = []
  for (const [index, block] of blocks.entries()) {
    const name = `${what}[${index}]`
    if (block.type === 'text') texts.push({ type: 'text', text: stringOf(block.text, `${name}.text`) })
    else if (block.type === 'thinking') thoughts.push(stringOf(block.thinking, `${name}.thinking`))
    else if (block.type === 'tool_use') {
      const [id, called] = [stringOf(block.id, `${name}.id`), stringOf(block.name, `${name}.name`)]
      if (!v.is(object, block.input)) throw wrong(`${name}.input`, 'an object')
      calls.push({ id, type: 'function', function: { name: called, arguments: block.input } })
    } else if (block.type !== 'redacted_thinking')
      throw wrong(`${name}.type`, 'text, thinking or tool_use of an assistant')
  }
  return {
    role: 'assistant',
    content: texts.length === 0 && calls.length > 0 ? null : texts,
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
}

/**
 * What a user says, behind the results of tools.
 *
 * @param {'user' | 'system'} role
 * @param {readonly Block[]} blocks
 * @param {string} what
 * @returns {Message[]}
 */
function userMessages(role, blocks, what) {
  /** @type {Message[]} */
  const results = []
  /** @type {TextPart[]} */
  const texts = []
  for (const [index, block] of blocks.entries()) {
    const name = `${what}[${index}]`
    if (block.type === 'tool_result') {
      const tool_call_id = stringOf(block.tool_use_id, `${name}.tool_use_id`)
      results.push({ role: 'tool', tool_call_id, content: resultText(block.content, `${name}.content`) })
    } else texts.push(...textsOf(block, name))
  }
  return texts.length === 0 && results.length > 0 ? results : [...results, { role, content: texts }]
}

/** @param {unknown} content @param {string} name @returns {string | TextPart[]} */
function resultText(content, name) {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return stringOf(content, name)
  if (!v.is(v.array(block), content)) throw wrong(name, 'a string or blocks of text')
  return content.flatMap((part, index) => textsOf(part, `${name}[${index}]`))
}

/**
 * The text of a block, or of a document in it.
 *
 * @param {Block} block
 * @param {string} name
 * @returns {TextPart[]}
 */
function textsOf({ type, text, source }, name) {
  if (type === 'text') return [{ type: 'text', text: stringOf(text, `${name}.text`) }]
  const document = /** @type {{ type?: unknown, data?: unknown } | undefined} */ (source)
  if (type === 'document' && document?.type === 'text') {
    return [{ type: 'text', text: stringOf(document.data, `${name}.source.data`) }]
  }
  throw wrong(`${name}.type`, 'text, or tool_result of a user: models here read text alone')
}

/** @param {unknown} value @param {string} name */
function stringOf(value, name) {
  if (v.is(text, value)) return value
  throw wrong(name, 'a well-formed string')
}

/** @param {string} param @param {string} expected */
function wrong(param, expected) {
  return new HttpError('invalid_value', `${param}: expected ${expected}.`, { param })
}
