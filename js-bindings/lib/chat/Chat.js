import { refuseOptions } from '../arguments/refuseOptions.js'
import { onAbort, throwIfAborted } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { streamChecks } from '../generation/Reader.js'
import { readGenerateOptions } from '../generation/readGenerateOptions.js'
import { TextStream } from '../generation/TextStream.js'
import { openSequence, restoreNoted } from '../Sequence.js'
import { answerRounds } from './answerRounds.js'
import { readChatNote, writeChatNote } from './chatNote.js'
import { chatChecks, checkChatOptions, withChatOptions } from './chatOptions.js'
import { readSaid } from './said.js'

/** @import { TurnListeners } from '../generation/runTurn.js' */
/** @import { Sequence } from '../Sequence.js' */
/** @import { ChatOptions, ChatResult, Format, Message, SendOptions, StreamOptions } from '../types.d.ts' */
/** @import { AnswerJob, ChatModel } from './answerRounds.js' */
/** @import { ChatState } from './chatNote.js' */

/**
 * A chat that remembers: what was said, and what the model computed of it. `model.chat()` makes it; `dispose` ends it. One
 * message at a time is answered; an answer that is stopped or fails leaves it as it was before the message.
 */
export class Chat {
  #model
  #options
  /** @type {ChatState} */
  #state
  /** @type {Sequence | undefined} opened with the first message */
  #sequence
  #isAnswering = false
  #closing = new AbortController()

  /**
   * @private
   * @param {ChatModel} model
   * @param {ChatOptions} options checked
   * @param {ChatState} state
   * @param {Sequence} [sequence]
   */
  constructor(model, options, state, sequence) {
    this.#model = model
    this.#options = options
    this.#state = state
    this.#sequence = sequence
  }

  /**
   * Begins a chat; see `Model.chat`.
   *
   * @internal
   * @param {ChatModel} model
   * @param {ChatOptions} options
   */
  static begin(model, options) {
    model.engine.mustBeOpen()
    checkChatOptions(options)
    const { messages = [] } = read(model, options, 'the options of chat')
    return new Chat(model, { ...options }, { messages, seen: messages })
  }

  /**
   * Opens a chat that was saved; see `Model.restoreChat`.
   *
   * @internal
   * @param {ChatModel} model
   * @param {string} path
   * @param {ChatOptions} options
   */
  static async restore(model, path, options) {
    model.engine.mustBeOpen()
    checkChatOptions(options)
    refuseOptions(options, ['messages', 'system', 'cache'], 'nothing: the file says it', 'Leave it out.')
    const { engine } = read(model, options, 'the options of restoreChat')
    const { sequence, note } = await restoreNoted(model.engine, path, {
      tenant: engine.tenant,
      priority: engine.priority,
    })
    try {
      const { system, ...state } = readChatNote(note)
      return new Chat(model, { ...options, system }, state, sequence)
    } catch (error) {
      await sequence.dispose()
      throw error
    }
  }

  /**
   * What was said so far, in order, without the system message that it was begun with: all of it, also what the model sees
   * no more since the chat outgrew the context.
   *
   * @returns {Message[]} frozen ones
   */
  get messages() {
    return /** @type {Message[]} */ ([...this.#state.messages])
  }

  /**
   * Answers a message in the light of those before. Afterwards the chat has both; if the signal is aborted or anything
   * fails, it is as it was before.
   *
   * @template {Format | undefined} [F=undefined]
   * @param {string | Message | readonly Message[]} message a string is a user's message
   * @param {SendOptions & { format?: F }} [options] which go before those of the chat
   * @returns {Promise<ChatResult<F>>}
   * @throws {RealmError} `INVALID_ARGUMENT`, also while another message is answered, `CHAT_TEMPLATE_ERROR`,
   *   `CONTEXT_OVERFLOW`, `SCHEMA_UNSUPPORTED`, `SCHEMA_UNSATISFIABLE`, `GRAMMAR_INVALID`, `OVERLOADED`,
   *   `DEADLINE_EXCEEDED`, `OUT_OF_MEMORY` or `DISPOSED`
   * @throws {import('../errors/AbortError.js').AbortError} if the signal is aborted; its `result` is what was made until then
   */
  async send(message, options = {}) {
    this.#mustBeOpen()
    const job = readJob(this.#model, message, this.#options, options, 'the options of send')
    // What the format's type says of the value, the engine holds.
    return /** @type {Promise<ChatResult<any>>} */ (this.#answer(job, { signal: job.signal }))
  }

  /**
   * The same, piece by piece: `for await (const piece of chat.stream(message))` gives the text of the answer, `events` all
   * that happens. The message counts as sent once somebody reads, and the chat has the answer once it has ended.
   *
   * @param {string | Message | readonly Message[]} message
   * @param {SendOptions & Pick<StreamOptions, 'highWaterMark'>} [options]
   * @returns {TextStream<ChatResult>} to be read once; it rejects as `send` does
   * @throws {RealmError} `INVALID_ARGUMENT` or `DISPOSED`
   */
  stream(message, options = {}) {
    this.#mustBeOpen()
    const what = 'the options of stream'
    const job = readJob(this.#model, message, this.#options, options, what, streamChecks)
    const { signal, engine, highWaterMark } = job
    return new TextStream((listeners) => this.#answer(job, listeners), signal, engine.format, highWaterMark)
  }

  /**
   * Takes back the last message of the user and all that followed it.
   *
   * @returns {Message[]} what was taken back, in order; nothing where the user has said nothing
   * @throws {RealmError} `INVALID_ARGUMENT` while a message is answered, or `DISPOSED`
   */
  undo() {
    this.#mustBeIdle()
    const { messages, seen } = this.#state
    const last = messages.findLastIndex(({ role }) => role === 'user')
    if (last < 0) return []
    const taken = messages.slice(last)
    this.#state = {
      messages: messages.slice(0, last),
      seen: seen.filter((message) => !taken.includes(message)),
    }
    return /** @type {Message[]} */ (taken)
  }

  /**
   * Another chat with the same messages and options. What both have computed in common is in memory once.
   *
   * @returns {Promise<Chat>} to be disposed, too
   * @throws {RealmError} `INVALID_ARGUMENT` while a message is answered, or `DISPOSED`
   */
  async fork() {
    this.#mustBeIdle()
    const state = this.#state
    return new Chat(this.#model, this.#options, state, await this.#sequence?.fork())
  }

  /**
   * Writes it to a file, with what was computed of it, so that `model.restoreChat(path)` goes on at once. A file that was
   * there stays until the new one is whole.
   *
   * @param {string} path
   * @returns {Promise<void>}
   * @throws {RealmError} `INVALID_ARGUMENT`, also while a message is answered, `IO_ERROR` or `DISPOSED`
   */
  async save(path) {
    this.#mustBeIdle()
    const note = writeChatNote(this.#state, this.#options.system)
    await (await this.#open()).saveWith(note, path)
  }

  /**
   * Frees what was computed. An answer that is made is stopped. May be called again; disposing the model does it, too.
   *
   * @returns {Promise<void>}
   */
  async dispose() {
    this.#closing.abort(new RealmError('DISPOSED', 'The chat was disposed meanwhile.'))
    await this.#sequence?.dispose()
  }

  /** Frees it at the end of an `await using`. */
  [Symbol.asyncDispose]() {
    return this.dispose()
  }

  /**
   * @param {AnswerJob} job
   * @param {TurnListeners} listeners
   * @returns {Promise<ChatResult>}
   */
  async #answer(job, { signal, ...listeners }) {
    this.#mustBeIdle()
    throwIfAborted(signal)
    this.#isAnswering = true
    const stopping = new AbortController()
    const forget = [signal, this.#closing.signal].map((source) =>
      onAbort(source, () => stopping.abort(source?.reason)),
    )
    try {
      const sequence = await this.#open()
      const heard = { ...listeners, signal: stopping.signal }
      const { state, result } = await answerRounds(this.#model, sequence, this.#state, job, heard)
      this.#state = state
      return result
    } finally {
      for (const each of forget) each()
      this.#isAnswering = false
    }
  }

  async #open() {
    const { tenant, cache, priority } = this.#options
    this.#sequence ??= await openSequence(this.#model.engine, { tenant, cache, priority })
    if (this.#closing.signal.aborted) await this.#sequence.dispose()
    return this.#sequence
  }

  #mustBeOpen() {
    if (this.#closing.signal.aborted) {
      throw new RealmError('DISPOSED', 'The chat was disposed: begin another by model.chat().')
    }
    this.#model.engine.mustBeOpen()
  }

  #mustBeIdle() {
    this.#mustBeOpen()
    if (this.#isAnswering) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        'the chat: it is answering a message, expected one that is idle. Wait for the end of the answer, or fork the chat ' +
          'before it begins.',
      )
    }
  }
}

/**
 * @param {ChatModel} model
 * @param {ChatOptions} options
 * @param {string} what
 * @param {Partial<typeof streamChecks>} [others] checks of what else there may be
 */
function read({ engine }, options, what, others) {
  const { vocabularySize } = engine.opened
  return readGenerateOptions(options, {
    what,
    vocabularySize,
    tokensOf: (text) => engine.tokensOf(text),
    others: { ...chatChecks, ...others },
  })
}

/**
 * @param {ChatModel} model
 * @param {unknown} message
 * @param {ChatOptions} chat
 * @param {SendOptions} given
 * @param {string} what
 * @param {Partial<typeof streamChecks>} [others] checks of what else there may be
 */
function readJob(model, message, chat, given, what, others) {
  checkChatOptions(given)
  const job = read(model, withChatOptions(chat, given), what, others)
  // What holds for one answer stands with the message: the prompt before it stays as it was.
  return {
    said: readSaid(message),
    ...job,
    showIn: /** @type {'first' | 'last'} */ (given?.format ? 'last' : 'first'),
  }
}
