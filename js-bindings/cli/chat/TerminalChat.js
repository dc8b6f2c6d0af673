import { AbortError } from '../../lib/errors/AbortError.js'
import { RealmError } from '../../lib/errors/RealmError.js'

/** @import { Chat } from '../../lib/chat/Chat.js' */
/** @import { TextStream } from '../../lib/generation/TextStream.js' */
/** @import { Model } from '../../lib/Model.js' */
/** @import { ChatOptions, ChatResult } from '../../lib/types.d.ts' */

/** A chat of the command line, whose model, system message and messages may be exchanged while it goes on. */
export class TerminalChat {
  /** @type {Model} */
  #model
  /** @type {Chat} */
  #chat
  #load
  #options
  /** What was asked last, and whether the chat has it. */
  #last = { message: '', isKept: false }
  /** @type {ChatResult | undefined} the last answer */
  #result

  /**
   * @param {Model} model is freed by `dispose`
   * @param {ChatOptions} options
   * @param {(name: string) => Promise<Model>} load loads another model
   */
  constructor(model, options, load) {
    this.#model = model
    this.#options = options
    this.#load = load
    this.#chat = model.chat(options)
  }

  /** The model that answers. */
  get model() {
    return this.#model
  }

  /** How many messages there are. */
  get length() {
    return this.#chat.messages.length
  }

  /** The last answer; undefined where there is none. */
  get result() {
    return this.#result
  }

  /**
   * Answers a message.
   *
   * @template T
   * @param {string} message
   * @param {AbortSignal} signal
   * @param {(stream: TextStream<ChatResult>) => Promise<T>} read reads the answer
   */
  async answer(message, signal, read) {
    this.#last = { message, isKept: false }
    const stream = this.#chat.stream(message, { signal })
    const done = await read(stream)
    this.#result = await stream.result
    this.#last.isKept = true
    return done
  }

  /**
   * Takes the last answer back, and what was asked.
   *
   * @returns {string} what was asked
   * @throws {RealmError} `INVALID_ARGUMENT` where nothing was
   */
  takeBack() {
    const { message, isKept } = this.#last
    if (message === '') throw new RealmError('INVALID_ARGUMENT', '/retry: nothing was asked yet.')
    if (isKept) this.#chat.undo()
    return message
  }

  /** Takes back the last exchange. @returns {number} how many messages that were */
  undo() {
    this.#last = { message: '', isKept: false }
    return this.#chat.undo().length
  }

  /** Forgets what was said. */
  async clear() {
    await this.#exchange(this.#model, { messages: [] })
  }

  /**
   * Goes on with another system message.
   *
   * @param {string} system empty for none
   */
  async setSystem(system) {
    this.#options = { ...this.#options, system }
    await this.#exchange(this.#model)
  }

  /**
   * Goes on with another model.
   *
   * @param {string} name
   */
  async setModel(name) {
    const earlier = this.#model
    await this.#exchange(await this.#load(name))
    await earlier.dispose()
  }

  /** @param {string} path */
  async save(path) {
    await this.#chat.save(path)
  }

  /** @param {string} path */
  async restore(path) {
    const { system: _, messages: __, cache: ___, ...options } = this.#options
    const restored = await this.#model.restoreChat(path, options)
    await this.#chat.dispose()
    this.#chat = restored
    this.#last = { message: '', isKept: false }
  }

  /** Frees the chat and its model. */
  async dispose() {
    await this.#chat.dispose()
    await this.#model.dispose()
  }

  /**
   * @param {Model} model
   * @param {{ messages?: ChatOptions['messages'] }} [begun]
   */
  async #exchange(model, { messages = this.#chat.messages } = {}) {
    const chat = model.chat({ ...this.#options, messages })
    await this.#chat.dispose()
    this.#model = model
    this.#chat = chat
    this.#last = { message: '', isKept: false }
  }
}

/**
 * Whether an answer was stopped, so that the chat is as it was.
 *
 * @param {unknown} error
 */
export function wasStopped(error) {
  return error instanceof AbortError
}
