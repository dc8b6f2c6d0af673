import { AbortError } from '../lib/errors/AbortError.js'

/** @import { GenerateOptions, GenerateResult, Message } from '../lib/types.d.ts' */
/** @import { Model } from '../lib/Model.js' */

/** A chat with a model: what was said so far, and how the next message is answered. */
export class Conversation {
  #model
  #options
  /** @type {Message[]} */
  #messages = []

  /**
   * @param {Model} model
   * @param {GenerateOptions} options for each answer
   */
  constructor(model, options) {
    this.#model = model
    this.#options = options
  }

  /** Forgets what was said. */
  clear() {
    this.#messages = []
  }

  /**
   * Answers a message, piece by piece. A stopped answer stays in the conversation as far as it came; after an error the
   * message is taken back.
   *
   * @param {string} content
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<string, GenerateResult, void>}
   */
  async *stream(content, signal) {
    const messages = [...this.#messages, { role: /** @type {const} */ ('user'), content }]
    const stream = this.#model.stream(messages, { ...this.#options, signal })
    let text = ''
    try {
      for await (const piece of stream) {
        text += piece
        yield piece
      }
      this.#remember(messages, text)
      return await stream.result
    } catch (error) {
      if (error instanceof AbortError) this.#remember(messages, text)
      throw error
    }
  }

  /**
   * Answers a message, as a whole.
   *
   * @param {string} content
   * @param {AbortSignal} signal
   * @returns {Promise<GenerateResult>}
   */
  async answer(content, signal) {
    const stream = this.stream(content, signal)
    let step = await stream.next()
    while (!step.done) step = await stream.next()
    return step.value
  }

  /**
   * @param {Message[]} messages
   * @param {string} text
   */
  #remember(messages, text) {
    if (text !== '') this.#messages = [...messages, { role: 'assistant', content: text }]
  }
}
