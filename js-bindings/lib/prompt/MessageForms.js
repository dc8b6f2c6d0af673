import { Text } from '../jinja/Text.js'

/** @import { ChatMessage, TextPart } from './readMessages.js' */

/**
 * Runs the template on messages.
 *
 * @callback Run
 * @param {ChatMessage[]} messages
 * @returns {{ text: Text, printedNone: boolean }} throws if the template refuses them
 */

/** A word that no template writes by itself. */
const WORD = 'realmprobe'

/**
 * The forms in which a template takes messages: it may know no system message, want contents as lists of parts, or the
 * arguments of tool calls as text. A template does not say so: small chats are tried, each once it matters.
 */
export class MessageForms {
  #run
  /** @type {Map<string, boolean>} what was found so far */
  #found = new Map()

  /** @param {Run} run */
  constructor(run) {
    this.#run = run
  }

  /**
   * The messages as the template takes them; where it takes none of the forms they stay as they are, for it to say why.
   *
   * @param {readonly ChatMessage[]} messages
   * @returns {ChatMessage[]}
   */
  fit(messages) {
    const fitted = messages.map((message) => {
      const content = this.#content(message.content)
      const calls = message.tool_calls
      if (calls === undefined || this.#takesArgumentObjects()) return { ...message, content }
      return { ...message, content, tool_calls: calls.map(withTextArguments) }
    })
    const last = messages.findLastIndex(({ role }) => role === 'system')
    if (last >= 0 && !this.#takesSystem()) return withoutSystem(fitted)
    if (last <= 0 || this.#takesLaterSystem()) return fitted
    return [fitted[0], ...withoutSystem(fitted.slice(1))]
  }

  /**
   * @param {ChatMessage['content']} content
   * @returns {ChatMessage['content']}
   */
  #content(content) {
    if (content === null) return this.#takesNone() ? null : ''
    // A text whose signs are the template's is a string for it.
    if (/** @type {unknown} */ (content) instanceof Text) return content
    if (typeof content === 'string') return this.#takesStrings() ? content : [{ type: 'text', text: content }]
    return this.#takesParts() ? content : content.map(({ text }) => text).join('\n')
  }

  /** Whether a string is written, or nothing else is. */
  #takesStrings() {
    return this.#finds(
      'strings',
      () => this.#writes([{ role: 'user', content: WORD }], WORD) || !this.#takesParts(),
    )
  }

  /** Whether the texts of parts are written, and not the list as Python prints it. */
  #takesParts() {
    return this.#finds('parts', () => {
      const content = [{ type: /** @type {const} */ ('text'), text: WORD }]
      return this.#writes([{ role: 'user', content }], WORD, /['"]text['"]/)
    })
  }

  /** Whether a system message is written before a user's, if that is written alone. */
  #takesSystem() {
    return this.#finds('system', () => {
      /** @type {ChatMessage[]} */
      const user = [{ role: 'user', content: this.#content(WORD) }]
      const system = { role: /** @type {const} */ ('system'), content: this.#content(`${WORD}system`) }
      return this.#writes([system, ...user], `${WORD}system`) || !this.#writes(user, WORD)
    })
  }

  /** Whether a system message is written behind others, if they are written without it. */
  #takesLaterSystem() {
    return this.#finds('later system', () => {
      /** @param {ChatMessage['role']} role */
      const message = (role) => ({ role, content: this.#content(`${WORD}${role}`) })
      const [before, after] = [[message('user'), message('assistant')], [message('user')]]
      const chat = [...before, message('system'), ...after]
      return this.#writes(chat, `${WORD}system`) || !this.#writes([...before, ...after], `${WORD}assistant`)
    })
  }

  /** Whether tool calls may have no content beside them, which is not written as the word None. */
  #takesNone() {
    return this.#finds('none', () =>
      [{ [WORD]: 1 }, `{"${WORD}": 1}`].some((args) => {
        const result = this.#try(this.#callChat(null, args))
        return result !== null && !result.printedNone
      }),
    )
  }

  /** Whether the arguments of a tool call are taken as an object, and not printed as Python prints it. */
  #takesArgumentObjects() {
    return this.#finds('objects', () => {
      const content = this.#content(null)
      const asObject = this.#writes(this.#callChat(content, { [WORD]: 1 }), WORD, new RegExp(`'${WORD}'`))
      return asObject || !this.#writes(this.#callChat(content, `{"${WORD}": 1}`), WORD)
    })
  }

  /**
   * @param {ChatMessage['content']} content
   * @param {unknown} args
   * @returns {ChatMessage[]}
   */
  #callChat(content, args) {
    const call = { id: 'call00001', type: 'function', function: { name: 'f', arguments: args } }
    return [
      { role: 'user', content: this.#content('x') },
      { role: 'assistant', content, tool_calls: [call] },
      { role: 'tool', content: this.#content('y'), name: 'f', tool_call_id: 'call00001' },
    ]
  }

  /** @param {string} form @param {() => boolean} find */
  #finds(form, find) {
    const found = this.#found.get(form) ?? find()
    this.#found.set(form, found)
    return found
  }

  /** @param {ChatMessage[]} messages @param {string} word @param {RegExp} [unwanted] */
  #writes(messages, word, unwanted) {
    const string = this.#try(messages)?.text.string ?? ''
    return string.includes(word) && !unwanted?.test(string)
  }

  /** @param {ChatMessage[]} messages */
  #try(messages) {
    try {
      return this.#run(messages)
    } catch {
      // It does not take this form, which is the answer.
      return null
    }
  }
}

/**
 * The messages with each system message at the beginning of the user's next one, or as one of its own where none follows.
 *
 * @param {readonly ChatMessage[]} messages
 */
function withoutSystem(messages) {
  /** @type {ChatMessage[]} */
  const merged = []
  /** @type {TextPart[]} */
  let waiting = []
  for (const message of messages) {
    if (message.role === 'system') waiting.push(...asParts(message.content))
    else if (message.role === 'user' && waiting.length > 0) {
      merged.push({ ...message, content: joined(waiting, message.content) })
      waiting = []
    } else merged.push(message)
  }
  return waiting.length === 0
    ? merged
    : [...merged, { role: /** @type {const} */ ('user'), content: joined(waiting) }]
}

/** @param {TextPart[]} system @param {ChatMessage['content']} [content] a list stays one */
function joined(system, content = []) {
  const texts = system.map(({ text }) => text)
  if (typeof content === 'string') return [...texts, content].join('\n\n')
  if (content === null || content.length === 0) return texts.join('\n\n')
  return [{ type: /** @type {const} */ ('text'), text: `${texts.join('\n\n')}\n\n` }, ...content]
}

/** @param {ChatMessage['content']} content @returns {readonly TextPart[]} */
function asParts(content) {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}

/** @param {any} call a tool call, whose arguments were read */
function withTextArguments(call) {
  const args = call.function?.arguments
  if (typeof args !== 'object' || args === null) return call
  return { ...call, function: { ...call.function, arguments: JSON.stringify(args) } }
}
