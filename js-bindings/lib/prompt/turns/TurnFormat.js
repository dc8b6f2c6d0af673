import { GENERIC } from './callForms.js'
import { deriveCalls } from './deriveCalls.js'
import { isHarmony } from './harmony.js'
import { knownForm } from './knownForms.js'
import { Turn } from './Turn.js'
import { deriveSaid, deriveThoughts } from './thoughts.js'
import { toolMessages } from './toolMessages.js'

/** @import { EngineFormat } from '../../generation/format.js' */
/** @import { Range } from '../../jinja/Text.js' */
/** @import { ChatTemplate } from '../ChatTemplate.js' */
/** @import { ChatMessage } from '../readMessages.js' */
/** @import { CallForm } from './callForms.js' */
/** @import { ThoughtForm } from './thoughts.js' */

/**
 * A tool as a turn knows it.
 *
 * @typedef {object} TurnTool
 * @property {string} name letters, digits, `_`, `-`, `.` and `:`
 * @property {string} [description]
 * @property {unknown} parameters the JSON Schema of its arguments, an object's
 */

/**
 * Whether the model thinks, and how far: `true` and `false` as the template lets it be said; a budget in tokens, after which
 * the thought is ended in the model's own form; an effort for templates that take one (`low`, `medium`, `high`).
 *
 * @typedef {boolean | { budget?: number, effort?: string }} Reasoning
 */

/**
 * What a turn is asked for.
 *
 * @typedef {object} TurnOptions
 * @property {string} prompt the text that the turn follows, as `render` wrote it: it may have begun a thought
 * @property {readonly TurnTool[]} [tools] default: none
 * @property {'auto' | 'none' | 'required' | { tool: string }} [toolChoice] whether and what is called; default: `auto`
 * @property {boolean} [parallelToolCalls] whether several calls may come in one turn; default: true
 * @property {Reasoning} [reasoning] default: as the template has it
 * @property {EngineFormat} [answer] what the text of the answer must be like; thoughts and calls are not bound by it
 * @property {() => string} [newId] makes ids of calls to which the model gives none; default: nine letters and digits by chance
 */

/**
 * What a prompt is rendered with.
 *
 * @typedef {object} RenderOptions
 * @property {readonly TurnTool[]} [tools]
 * @property {Reasoning} [reasoning]
 * @property {boolean} [addGenerationPrompt] default: true
 * @property {Readonly<Record<string, unknown>>} [templateOptions] variables of the template; they win
 */

/**
 * How a model's turns are written: its thoughts, its text and its calls of tools. It is found out of the model's chat
 * template, by rendering small chats with it, once a model.
 *
 * ```js
 * const turns = TurnFormat.of(template, { eosToken })
 * const { text } = turns.render(messages, { tools, reasoning })     // the prompt
 * const turn = turns.turn({ prompt: text, tools, reasoning, answer })
 * // generate with `format: turn.format`, which is undefined where nothing is to be enforced
 * const reader = turn.reader()
 * for await (const piece of stream) for (const event of reader.push(piece)) …
 * for (const event of reader.end()) …
 * ```
 */
export class TurnFormat {
  /** What stands around thoughts; undefined where the template knows of none. @type {ThoughtForm | undefined} */
  reasoning
  /** What stands around the text of an answer; undefined where nothing does. @type {ThoughtForm | undefined} */
  said
  /**
   * How calls are written; where the template knows of no tools, the form that Realm describes to the model. Undefined
   * where turns are in channels, which have calls of their own.
   *
   * @type {CallForm | undefined}
   */
  calls
  /** Whether the template itself writes calls and results. */
  writesCalls
  /** Whether turns are messages in channels, as gpt-oss writes them. */
  inChannels
  #template
  #messages

  /**
   * @param {ChatTemplate} template
   * @param {{ eosToken: string | null }} vocabulary
   */
  constructor(template, { eosToken }) {
    this.#template = template
    this.inChannels = isHarmony(template.source)
    this.#messages = toolMessages(template)
    const render = (/** @type {ChatMessage[]} */ messages) => {
      try {
        const tools = this.#messages.tools([PROBE])
        return template.render(messages, { addGenerationPrompt: false, templateOptions: { tools } }).text
      } catch {
        // It does not take such a chat, which is the answer.
        return undefined
      }
    }
    this.reasoning = this.inChannels ? undefined : deriveThoughts(template.source, render)
    this.said = this.inChannels ? undefined : deriveSaid(template)
    const derived = this.inChannels ? undefined : deriveCalls(render, eosToken)
    this.writesCalls = this.inChannels || derived !== undefined || writesNames(render)
    this.calls = this.inChannels ? undefined : (derived ?? knownForm(template.source) ?? GENERIC)
  }

  /**
   * How the turns of a template are written.
   *
   * @param {ChatTemplate} template
   * @param {{ eosToken: string | null }} vocabulary
   */
  static of(template, vocabulary) {
    return new TurnFormat(template, vocabulary)
  }

  /** Whether the template knows of thoughts. */
  get thinks() {
    return this.inChannels || this.reasoning !== undefined
  }

  /**
   * Writes messages and tools as the template takes them: tools and calls that it does not write are put into the messages.
   *
   * @param {readonly ChatMessage[]} messages as `readMessages` gives them
   * @param {RenderOptions} [options]
   * @returns {{ text: string, plain: readonly Range[], startsWithBos: boolean }} as `ChatTemplate.render`
   * @throws {import('../../errors/RealmError.js').RealmError} `CHAT_TEMPLATE_ERROR`
   */
  render(messages, { tools = [], reasoning, addGenerationPrompt, templateOptions } = {}) {
    const variables = { ...this.#messages.variables(tools, reasoning), ...templateOptions }
    const written = this.#messages.fit(messages, tools, this)
    return this.#template.render(written, { addGenerationPrompt, templateOptions: variables })
  }

  /**
   * What a turn must be like, and its reader.
   *
   * @param {TurnOptions} options
   * @returns {Turn}
   */
  turn(options) {
    return new Turn(this, options)
  }
}

/**
 * Whether a template writes the names of calls, in whatever form.
 *
 * @param {(messages: ChatMessage[]) => string | undefined} render
 */
function writesNames(render) {
  const call = { id: 'realmid01', type: 'function', function: { name: 'realmcall', arguments: {} } }
  const chat = render([
    { role: 'user', content: 'realmuser' },
    { role: 'assistant', content: null, tool_calls: [call] },
  ])
  return chat?.includes('realmcall') ?? false
}

/** @type {TurnTool} */
const PROBE = {
  name: 'realmnamea',
  description: 'realmdescription',
  parameters: { type: 'object', properties: { realmkeya: { type: 'string' } } },
}
