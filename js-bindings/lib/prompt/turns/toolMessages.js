import { invalidArgument } from '../../arguments/checks.js'
import { Text } from '../../jinja/Text.js'
import { jsonOf, writeCalls } from './writeCalls.js'

/** @import { ChatTemplate } from '../ChatTemplate.js' */
/** @import { ChatMessage } from '../readMessages.js' */
/** @import { CallForm } from './callForms.js' */
/** @import { Reasoning, TurnFormat, TurnTool } from './TurnFormat.js' */

const USER = 'realmuser'
const NAME = 'realmtool'

/**
 * How tools, calls and results are handed to a template.
 *
 * @param {ChatTemplate} template
 */
export function toolMessages(template) {
  /** @type {'function' | 'bare' | 'none' | undefined} */
  let shape
  const shapeOfTools = () => {
    shape ??= findShape(template)
    return shape
  }
  const shaped = (/** @type {readonly TurnTool[]} */ tools) =>
    shapeOfTools() === 'bare'
      ? tools.map(bare)
      : tools.map((tool) => ({ type: 'function', function: bare(tool) }))
  return {
    tools: shaped,

    /**
     * The variables that a template gets.
     *
     * @param {readonly TurnTool[]} tools
     * @param {Reasoning | undefined} reasoning
     * @returns {Record<string, unknown>}
     */
    variables(tools, reasoning) {
      return { ...(tools.length > 0 ? { tools: shaped(tools) } : {}), ...thinking(reasoning) }
    },

    /**
     * The messages as the template takes them; what it does not write itself is put into their texts.
     *
     * @param {readonly ChatMessage[]} messages
     * @param {readonly TurnTool[]} tools
     * @param {TurnFormat} format
     * @returns {ChatMessage[]}
     */
    fit(messages, tools, format) {
      const { calls, writesCalls } = format
      const isDescribed = calls !== undefined && tools.length > 0 && shapeOfTools() === 'none'
      const described = isDescribed ? withTools(messages, tools, calls) : messages
      return calls === undefined || writesCalls
        ? [...described]
        : described.map((message) => asText(message, calls))
    },
  }
}

/** @param {TurnTool} tool */
function bare({ name, description = '', parameters }) {
  return { name, description, parameters }
}

/** @param {Reasoning | undefined} reasoning */
function thinking(reasoning) {
  if (reasoning === undefined) return {}
  const thinks = reasoning !== false
  // Templates call the switch by either name.
  const effort = typeof reasoning === 'object' ? reasoning.effort : thinks ? undefined : 'low'
  return {
    enable_thinking: thinks,
    thinking: thinks,
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
  }
}

/** @param {ChatTemplate} template */
function findShape(template) {
  const tool = {
    name: NAME,
    description: `${NAME} does this`,
    parameters: { type: 'object', properties: {} },
  }
  const writes = (/** @type {unknown} */ given) => {
    try {
      const { text } = template.render([{ role: 'user', content: USER }], {
        templateOptions: { tools: [given] },
      })
      return text.includes(NAME)
    } catch {
      // It does not take them so, which is the answer.
      return false
    }
  }
  if (writes({ type: 'function', function: tool })) return 'function'
  return writes(tool) ? 'bare' : 'none'
}

/**
 * Messages whose first one tells of the tools, and how they are called.
 *
 * @param {readonly ChatMessage[]} messages
 * @param {readonly TurnTool[]} tools
 * @param {CallForm} calls
 * @returns {ChatMessage[]}
 */
function withTools(messages, tools, calls) {
  const list = tools.map((tool) => jsonOf({ type: 'function', function: bare(tool) }, 'single')).join('\n')
  const example = writeCalls(calls, [{ id: '0', name: 'NAME', arguments: { ARGUMENT: 'VALUE' } }])
  const text =
    'You may call functions to answer. These are their names, and the JSON Schemas of their arguments:\n' +
    `<tools>\n${list}\n</tools>\n\nTo call one, write nothing behind this:\n${example.map((part) => part.text).join('')}\n\n` +
    'The results then come between <tool_response> and </tool_response>.'
  const [first, ...others] = messages
  if (first?.role !== 'system') return [{ role: 'system', content: text }, ...messages]
  const own =
    typeof first.content === 'string'
      ? first.content
      : (first.content ?? []).map((part) => part.text).join('\n')
  return [{ ...first, content: `${own}\n\n${text}` }, ...others]
}

/**
 * A message in which calls and results are text. The signs around them are the form's, and may be special tokens; names,
 * values and results are not.
 *
 * @param {ChatMessage} message
 * @param {CallForm} calls
 * @returns {ChatMessage}
 */
function asText(message, calls) {
  if (message.role === 'tool') {
    const parts = [new Text('<tool_response>\n'), ofMessage(message.content), new Text('\n</tool_response>')]
    return { role: 'user', content: /** @type {any} */ (Text.concat(parts)) }
  }
  const { tool_calls: made, ...others } = message
  if (made === undefined) return message
  const written = writeCalls(calls, made.map(readCall))
  const texts = written.map(({ text, isForm }) => (isForm ? new Text(text) : Text.ofUser(text)))
  const said = ofMessage(message.content)
  const before = said.string === '' ? [] : [said, new Text('\n')]
  return { ...others, content: /** @type {any} */ (Text.concat([...before, ...texts])) }
}

/** @param {ChatMessage['content']} content */
function ofMessage(content) {
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n')
  return Text.ofUser(text)
}

/** @param {any} call as OpenAI's interface has it, with its arguments as an object */
function readCall({ id, function: called }) {
  const { name, arguments: args } = called ?? {}
  if (typeof name !== 'string') throw invalidArgument('tool_calls[].function.name', name, 'a string')
  return {
    id: typeof id === 'string' ? id : '0',
    name,
    arguments: typeof args === 'object' && args !== null ? args : {},
  }
}
