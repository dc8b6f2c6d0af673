import * as v from 'valibot'
import { HttpError } from '../errors/HttpError.js'
import { object, text } from '../requests/fields.js'

/** @import { Message, TextPart } from '../../types.d.ts' */

/** An item of a conversation; clients leave out its type, its id and its status. */
const item = v.looseObject({ type: v.nullish(v.string()) })

/** What a response is asked of: a text, or items. */
export const inputField = v.union([text, v.array(item)])

/** @typedef {v.InferOutput<typeof item>} Item */

/** What a message may be of. */
const ROLES = /** @type {const} */ (['user', 'system', 'developer', 'assistant'])

/**
 * Items, as they are stored: a text is one of a user's message, and references are the items themselves.
 *
 * @param {v.InferOutput<typeof inputField> | undefined} input
 * @param {(id: string) => Item | undefined} find an item by its id
 * @returns {Item[]}
 * @throws {HttpError} `invalid_value`
 */
export function itemsOf(input, find) {
  if (input === undefined) return []
  if (typeof input === 'string')
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }]
  return input.map((item, index) => {
    if (item.type !== 'item_reference') return item
    const found = typeof item.id === 'string' ? find(item.id) : undefined
    if (found === undefined) throw wrong(`input[${index}].id`, 'the id of an item that is stored here')
    return found
  })
}

/**
 * The conversation as the library takes it: what an assistant thought, said and called in one turn is one message.
 *
 * @param {readonly Item[]} items
 * @param {string | undefined} instructions
 * @returns {Message[]}
 * @throws {HttpError} `invalid_value`
 */
export function messagesOf(items, instructions) {
  /** @type {Message[]} */
  const messages = instructions ? [{ role: 'system', content: instructions }] : []
  /** @type {Message & { content: TextPart[], tool_calls: object[] } | undefined} */
  let turn
  const assistant = () => {
    turn ??= { role: 'assistant', content: [], tool_calls: [] }
    return turn
  }
  const endTurn = () => {
    if (turn === undefined) return
    const { content, tool_calls, ...others } = turn
    const calls = tool_calls.length > 0 ? { tool_calls } : {}
    messages.push({
      ...others,
      content: content.length === 0 && tool_calls.length > 0 ? null : content,
      ...calls,
    })
    turn = undefined
  }
  for (const [index, item] of items.entries()) {
    const name = `input[${index}]`
    const type = item.type ?? 'message'
    if (type === 'message') {
      const role = ROLES.find((one) => one === item.role)
      if (role === undefined) throw wrong(`${name}.role`, `one of ${ROLES.join(', ')}`)
      const content = partsOf(item.content, `${name}.content`)
      if (role === 'assistant') assistant().content.push(...content)
      else {
        endTurn()
        messages.push({ role, content })
      }
    } else if (type === 'reasoning') {
      const thought = thoughtOf(item)
      if (thought !== '') assistant().reasoning_content = thought
    } else if (type === 'function_call') {
      const called = {
        name: stringOf(item.name, `${name}.name`),
        arguments: stringOf(item.arguments, `${name}.arguments`),
      }
      assistant().tool_calls.push({
        id: stringOf(item.call_id, `${name}.call_id`),
        type: 'function',
        function: called,
      })
    } else if (type === 'function_call_output') {
      endTurn()
      const content =
        typeof item.output === 'string'
          ? stringOf(item.output, `${name}.output`)
          : partsOf(item.output, `${name}.output`)
      messages.push({ role: 'tool', tool_call_id: stringOf(item.call_id, `${name}.call_id`), content })
    } else throw wrong(`${name}.type`, 'message, reasoning, function_call or function_call_output')
  }
  endTurn()
  return messages
}

const TEXTS = ['input_text', 'output_text', 'text', 'summary_text', 'reasoning_text']

/** @param {unknown} content @param {string} name @returns {TextPart[]} */
function partsOf(content, name) {
  if (typeof content === 'string') return [{ type: 'text', text: stringOf(content, name) }]
  if (!Array.isArray(content)) throw wrong(name, 'a string or a list of parts')
  return content.map((part, index) => {
    const what = `${name}[${index}]`
    if (part?.type === 'refusal') return { type: 'text', text: stringOf(part.refusal, `${what}.refusal`) }
    if (!v.is(object, part) || !TEXTS.some((type) => type === part.type)) {
      throw wrong(`${what}.type`, 'input_text or output_text: models here read text alone')
    }
    return { type: 'text', text: stringOf(part.text, `${what}.text`) }
  })
}

/** What was thought: the summary is all that there is of it here. @param {Item} item */
function thoughtOf({ summary, content }) {
  const parts = [summary, content].find((list) => Array.isArray(list) && list.length > 0)
  return Array.isArray(parts) ? parts.map((part) => (v.is(text, part?.text) ? part.text : '')).join('\n') : ''
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
