import { ChatTemplate } from './ChatTemplate.js'
import { TurnFormat } from './turns/TurnFormat.js'

/** @import { OpenedModel } from '../EngineModel.js' */

/** The chat templates of a model: its file may have another one for chats with tools. */
export class ChatTemplates {
  #opened
  #defaultSystem
  /** @type {Map<string, TurnFormat>} by their texts */
  #read = new Map()

  /**
   * @param {OpenedModel} opened
   * @param {string} [defaultSystem] the catalog's system message for chats that set none
   */
  constructor(opened, defaultSystem) {
    this.#opened = opened
    this.#defaultSystem = defaultSystem
  }

  /**
   * What the model has to say to how a chat is written.
   *
   * @param {{ templateOptions?: Record<string, unknown>, tools?: readonly unknown[] }} chat
   * @returns {{ defaultSystem: string | undefined, turns: (() => TurnFormat) | null, contextLength: number }}
   */
  of({ templateOptions, tools = /** @type {any} */ (templateOptions)?.tools }) {
    const { chatTemplate, metadata, contextLength } = this.#opened
    const forTools = metadata['tokenizer.chat_template.tool_use']
    const source =
      Array.isArray(tools) && tools.length > 0 && typeof forTools === 'string' ? forTools : chatTemplate
    // Read only where it is used: a broken one leaves the other prompts alone.
    const turns = source === null || source.trim() === '' ? null : () => this.#turnsOf(source)
    return { defaultSystem: this.#defaultSystem, turns, contextLength }
  }

  /** @param {string} source */
  #turnsOf(source) {
    const turns =
      this.#read.get(source) ?? TurnFormat.of(new ChatTemplate(source, this.#opened), this.#opened)
    this.#read.set(source, turns)
    return turns
  }
}
