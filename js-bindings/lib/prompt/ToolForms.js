/** @import { ChatMessage } from './readMessages.js' */
/** @import { Text } from '../jinja/Text.js' */

/** @typedef {{ id?: unknown, function?: { name?: unknown } }} Call */

const [FIRST, SECOND] = ['realmcalla', 'realmcallb']

/**
 * The forms in which a template takes calls, results and thoughts, beside those of any message: it may write but one call of
 * a message, want the results on the message of the calls, or have other names for a role or a field.
 */
export class ToolForms {
  #source
  #run
  /** @type {boolean | undefined} */
  #takesSeveral

  /**
   * @param {string} source the template's text
   * @param {(messages: ChatMessage[]) => { text: Text }} run throws if the template refuses them
   */
  constructor(source, run) {
    this.#source = source
    this.#run = run
  }

  /**
   * The messages as the template takes them.
   *
   * @param {readonly ChatMessage[]} messages
   * @returns {ChatMessage[]}
   */
  fit(messages) {
    let fitted = messages.map((message) => this.#withThinking(message))
    if (!fitted.some(({ role, tool_calls: calls }) => role === 'tool' || calls !== undefined)) return fitted
    fitted = withNames(fitted)
    if (fitted.some(({ tool_calls: calls }) => (calls?.length ?? 0) > 1) && !this.#takesParallel()) {
      fitted = oneByOne(fitted)
    }
    if (this.#source.includes('tool_responses')) return withResponses(fitted)
    // Olmo 3 gives results to a role of this name.
    const isEnvironment = /['"]environment['"]/.test(this.#source) && !/['"]tool['"]/.test(this.#source)
    if (!isEnvironment) return fitted
    return fitted.map((message) =>
      message.role === 'tool' ? { ...message, role: /** @type {any} */ ('environment') } : message,
    )
  }

  /** @param {ChatMessage} message @returns {ChatMessage} with its thoughts in the field that the template reads */
  #withThinking(message) {
    const { reasoning_content: thoughts, ...others } = message
    if (thoughts === undefined || this.#source.includes('reasoning_content')) return message
    const field = /\bthinking\b/.test(this.#source.replaceAll('enable_thinking', ''))
      ? 'thinking'
      : /message\.reasoning\b|\[['"]reasoning['"]\]/.test(this.#source)
        ? 'reasoning'
        : undefined
    // The template of gpt-oss refuses thoughts beside a text and calls.
    const isRefused = message.tool_calls !== undefined && message.content !== null && message.content !== ''
    return field === undefined || isRefused ? others : { ...others, [field]: thoughts }
  }

  /** Whether all calls of a message are written. */
  #takesParallel() {
    this.#takesSeveral ??= this.#findParallel()
    return this.#takesSeveral
  }

  #findParallel() {
    const calls = [FIRST, SECOND].map((name, index) => ({
      id: `call0000${index}`,
      type: 'function',
      function: { name, arguments: {} },
    }))
    const written = (/** @type {unknown[]} */ made) => {
      try {
        const chat = [
          { role: /** @type {const} */ ('user'), content: 'x' },
          { role: /** @type {const} */ ('assistant'), content: null, tool_calls: made },
        ]
        return this.#run(chat).text.string
      } catch {
        // It does not take them so, which is the answer.
        return ''
      }
    }
    return written(calls).includes(SECOND) || !written(calls.slice(0, 1)).includes(FIRST)
  }
}

/**
 * Results with the names of the functions that were called.
 *
 * @param {ChatMessage[]} messages
 */
function withNames(messages) {
  /** @type {Map<unknown, unknown>} */
  const names = new Map()
  return messages.map((message) => {
    for (const call of /** @type {readonly Call[]} */ (message.tool_calls ?? [])) {
      names.set(call?.id, call?.function?.name)
    }
    if (message.role !== 'tool' || message.name !== undefined) return message
    const name = names.get(message.tool_call_id)
    return name === undefined ? message : { ...message, name }
  })
}

/**
 * A message for each call, with its result behind it.
 *
 * @param {ChatMessage[]} messages
 */
function oneByOne(messages) {
  /** @type {ChatMessage[]} */
  const split = []
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at]
    const calls = /** @type {readonly Call[]} */ (message.tool_calls ?? [])
    if (calls.length < 2) {
      split.push(message)
      continue
    }
    const results = []
    while (messages[at + 1]?.role === 'tool') results.push(messages[++at])
    for (const [index, call] of calls.entries()) {
      const own = results.findIndex((result) => result.tool_call_id === call?.id)
      const others = index === 0 ? message : { role: message.role, content: null }
      split.push({ ...others, tool_calls: [call] })
      split.push(...results.splice(own < 0 ? 0 : own, 1))
    }
    split.push(...results)
  }
  return split
}

/**
 * Results on the message whose calls they answer.
 *
 * @param {ChatMessage[]} messages
 */
function withResponses(messages) {
  /** @type {ChatMessage[]} */
  const joined = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (message.role !== 'tool' || last?.role !== 'assistant') {
      joined.push(message)
      continue
    }
    const response = { name: message.name, response: responseOf(message.content) }
    const before = /** @type {unknown[]} */ (last.tool_responses ?? [])
    joined[joined.length - 1] = { ...last, tool_responses: [...before, response] }
  }
  return joined
}

/** @param {ChatMessage['content']} content an object where it is the JSON of one */
function responseOf(content) {
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n')
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : text
  } catch {
    return text
  }
}
