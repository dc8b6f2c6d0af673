import { invalidArgument, text } from '../arguments/checks.js'
import { nearestName } from '../arguments/readOptions.js'

/**
 * A message as templates have it: with roles and parts that they know, and arguments of tool calls as objects.
 *
 * @typedef {{ role: 'system' | 'user' | 'assistant' | 'tool', content: string | readonly TextPart[] | null,
 *   tool_calls?: readonly unknown[], [field: string]: unknown }} ChatMessage
 */

/** @typedef {{ type: 'text', text: string }} TextPart */

/** The roles, by what clients call them. */
const ROLES = /** @type {const} */ ({
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
})
/** Parts of text, as the Chat Completions and the Responses interface of OpenAI name them. */
const TEXT_PARTS = ['text', 'input_text', 'output_text']

/**
 * Checks the messages of a chat, and copies them. Fields that templates do not know of are data for them all the same;
 * those that are undefined, null or an empty list of tool calls count as left out, as clients mean them.
 *
 * @param {readonly unknown[]} messages
 * @returns {ChatMessage[]}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function readMessages(messages) {
  return Array.from(messages, (message, index) => readMessage(message, `messages[${index}]`))
}

/**
 * @param {unknown} message
 * @param {string} what
 * @returns {ChatMessage}
 */
function readMessage(message, what) {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw invalidArgument(what, message, 'an object')
  }
  const { role: givenRole, content, ...fields } = /** @type {Record<string, unknown>} */ (message)
  const role = readRole(givenRole, `${what}.role`)
  /** @type {Record<string, unknown>} */
  const others = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) others[name] = readData(value, `${what}.${name}`)
  }
  const { tool_calls: calls } = others
  if (Array.isArray(calls) && calls.length > 0) others.tool_calls = calls.map(withArgumentObject)
  else delete others.tool_calls
  const mayBeNone =
    role === 'assistant' && (others.tool_calls !== undefined || others.function_call !== undefined)
  if (content === undefined || content === null) {
    if (!mayBeNone) throw missingContent(content, what, Object.keys(fields))
    return { role, content: null, ...others }
  }
  return { role, content: readContent(content, `${what}.content`), ...others }
}

/** @param {unknown} value @param {string} name */
function readRole(value, name) {
  if (typeof value === 'string' && Object.hasOwn(ROLES, value))
    return ROLES[/** @type {keyof typeof ROLES} */ (value)]
  throw invalidArgument(name, value, `one of ${Object.keys(ROLES).join(', ')}`)
}

/** @param {unknown} value @param {string} what @param {string[]} names of the other fields */
function missingContent(value, what, names) {
  const misspelt = names.find((name) => nearestName(name, ['content']) !== undefined)
  const advice =
    misspelt === undefined ? 'Only tool calls may stand without it.' : `Did you mean content by ${misspelt}?`
  return invalidArgument(`${what}.content`, value, 'a string, or an array of parts of text', advice)
}

/** @param {unknown} content @param {string} name @returns {string | TextPart[]} */
function readContent(content, name) {
  if (typeof content === 'string') return text(content, name)
  if (!Array.isArray(content)) throw invalidArgument(name, content, 'a string, or an array of parts of text')
  return Array.from(content, (part, index) => {
    const what = `${name}[${index}]`
    if (typeof part === 'string') return { type: 'text', text: text(part, what) }
    if (typeof part !== 'object' || part === null) throw invalidArgument(what, part, "{ type: 'text', text }")
    if (!TEXT_PARTS.includes(part.type)) {
      throw invalidArgument(`${what}.type`, part.type, "'text'", 'Models here read text alone.')
    }
    return { type: 'text', text: text(part.text, `${what}.text`) }
  })
}

/**
 * A tool call with its arguments as an object: clients send them as a text of JSON, templates want to write them.
 *
 * @param {unknown} call
 */
function withArgumentObject(call) {
  const { function: called } = /** @type {{ function?: { arguments?: unknown } }} */ (call ?? {})
  if (typeof called?.arguments !== 'string') return call
  const args = parseObject(called.arguments)
  return args === undefined
    ? call
    : { .../** @type {object} */ (call), function: { ...called, arguments: args } }
}

/** @param {string} json @returns {object | undefined} undefined where it is no JSON of an object: it stays a text */
function parseObject(json) {
  try {
    const value = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** How deep data may be nested: printing it takes some of the stack for each level. */
const DEEPEST = 100

/**
 * Checks data for a template, as JSON has it, and copies it. Fields that are undefined are left out.
 *
 * @param {unknown} value null, a boolean, a finite number, a well-formed string, or arrays and plain objects of these
 * @param {string} name
 * @param {number} [depth]
 * @returns {unknown}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function readData(value, name, depth = 0) {
  if (typeof value === 'string') return text(value, name)
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return value
  if (depth === DEEPEST) throw invalidArgument(name, value, `at most ${DEEPEST} levels of arrays and objects`)
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => readData(item, `${name}[${index}]`, depth + 1))
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    throw invalidArgument(
      name,
      value,
      'data as JSON has it: a string, number, boolean, null, array or plain object',
    )
  }
  const entries = Object.entries(/** @type {object} */ (value)).filter(([, item]) => item !== undefined)
  // fromEntries defines fields, so that one named __proto__ is a field, too.
  return Object.fromEntries(
    entries.map(([key, item]) => [
      text(key, `a key of ${name}`),
      readData(item, `${name}.${key}`, depth + 1),
    ]),
  )
}

/**
 * Checks the variables that are given to a template.
 *
 * @param {unknown} value an object of data
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
export function readTemplateOptions(value, name) {
  const data = readData(value, name)
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalidArgument(name, value, 'an object, such as { enable_thinking: false }')
  }
  for (const taken of ['messages', 'add_generation_prompt']) {
    if (Object.hasOwn(data, taken)) {
      throw invalidArgument(
        `${name}.${taken}`,
        undefined,
        'no such variable',
        'The prompt and addGenerationPrompt say what it is.',
      )
    }
  }
  return /** @type {Record<string, unknown>} */ (data)
}
