import { ChatTemplate } from './ChatTemplate.js'

/** @import { OpenedModel } from '../EngineModel.js' */

/** The chat templates of a model: its file may have another one for chats with tools. */
export class ChatTemplates {
  #opened
  #defaultSystem
  /** @type {Map<string, ChatTemplate>} by their texts */
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
   * @param {{ templateOptions?: Record<string, unknown> }} chat
   * @returns {{ defaultSystem: string | undefined, template: (() => ChatTemplate) | null }}
   */
  of({ templateOptions }) {
    const { chatTemplate, metadata } = this.#opened
    const { tools } = templateOptions ?? {}
    const forTools = metadata['tokenizer.chat_template.tool_use']
    const source =
      Array.isArray(tools) && tools.length > 0 && typeof forTools === 'string' ? forTools : chatTemplate
    // Read only where it is used: a broken one leaves the other prompts alone.
    const template = source === null || source.trim() === '' ? null : () => this.#templateOf(source)
    return { defaultSystem: this.#defaultSystem, template }
  }

  /** @param {string} source */
  #templateOf(source) {
    const template = this.#read.get(source) ?? new ChatTemplate(source, this.#opened)
    this.#read.set(source, template)
    return template
  }
}
