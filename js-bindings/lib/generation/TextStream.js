import { AbortError, onAbort, throwIfAborted } from '../errors/AbortError.js'
import { GrowingJson } from './GrowingJson.js'
import { Reader } from './Reader.js'

/** @import { EngineFormat } from './format.js' */
/** @import { GenerateResult, PartialValue, StreamEvent, TokenLogprob } from '../types.d.ts' */

/** @typedef {Exclude<StreamEvent, { type: 'finish' }>} MadeEvent what a generation tells of before its end */

/**
 * Starts a generation.
 *
 * @template {GenerateResult} R
 * @callback StartGeneration
 * @param {{ signal: AbortSignal, onText: (piece: string) => void,
 *   onPart: (part: { text: string, logprobs: TokenLogprob[] }) => void, onEvent: (event: MadeEvent) => void, reader: Reader }} listeners
 *   pieces come by one of `onText` and `onPart`, and by `onEvent` whatever happens; the engine waits for the `reader`
 * @returns {Promise<R>}
 */

/**
 * A step of a loop over the pieces or the events: one of them, or the end with the generation's result; the result is
 * missing where the stream was left or failed.
 *
 * @template T, R
 * @typedef {IteratorResult<T, R | undefined>} StreamStep
 */

/**
 * The text of a generation, piece by piece: `for await (const piece of stream)`. The generation starts with the first
 * `next()`, and is ahead of its reader by no more than the `highWaterMark`: then it waits, and others have its place. Leaving the loop early, or `return()`, stops it and waits for its end. A
 * signal that is aborted ends the loop with an `AbortError` after the pieces made so far. `events()` reads all that
 * happens, in place of the text alone, and `partial()` the value as it grows. `result` is a promise of the whole result, as `generate` gives it; the last `next()` of a
 * generation that ran to its end has it as the value, next to `done: true`.
 *
 * @template {GenerateResult} [R=GenerateResult]
 */
export class TextStream {
  #generate
  #signal
  #isJson
  #controller = new AbortController()
  /** @type {MadeEvent[]} what nobody has asked for yet */
  #made = []
  /** @type {Waiting<R>[]} those that wait for an event or the end */
  #waiting = []
  /** @type {Promise<R> | undefined} the generation, once it has started */
  #running
  /** @type {{ result: R } | { error: unknown } | undefined} */
  #end
  /** Whether the end was handed out, or nobody wants it any more. */
  #closed = false
  #reader

  /**
   * @param {StartGeneration<R>} generate
   * @param {AbortSignal} [signal] stops the generation
   * @param {EngineFormat} [format] of its text
   * @param {number} [highWaterMark] UTF-16 units of text that may wait for its reader
   */
  constructor(generate, signal, format, highWaterMark) {
    this.#generate = generate
    this.#signal = signal
    this.#reader = new Reader(() => this.#made.length > 0, highWaterMark)
    this.#isJson = format !== undefined && 'schema' in format
  }

  /**
   * The whole result, as `generate` gives it: usage, finish reason, timings. It may be asked for before, while and after the
   * pieces are read, and starts the generation where nobody has; from then on the text goes to its end, and does not wait
   * for who reads the pieces. It rejects as `generate` does, with an `AbortError` where
   * the loop was left early; where nobody looks at it, nothing is said of that.
   *
   * @returns {Promise<R>}
   */
  get result() {
    this.#reader.lift()
    return this.#start()
  }

  /**
   * Is fulfilled once the engine has taken up what was asked for, or refused it; starts nothing.
   *
   * @internal
   * @returns {Promise<void>}
   */
  get accepted() {
    return this.#reader.accepted
  }

  /**
   * All that happens, in order: pieces of text and of thoughts, tool calls as they are written and once they are whole,
   * results of tools, and the end. To be read in place of the pieces.
   *
   * @returns {AsyncGenerator<StreamEvent<R>, void, void>} leaving its loop early stops the generation
   */
  async *events() {
    try {
      for (;;) {
        const step = await this.#next(() => true)
        if (!step.done) yield step.value
        else {
          if (step.value !== undefined) yield { type: /** @type {const} */ ('finish'), result: step.value }
          return
        }
      }
    } finally {
      await this.return()
    }
  }

  /**
   * The value of a text that has a `format`, as it grows, and at last as it is in the result: of JSON what is known of it, with
   * strings, arrays and objects that are ended where the text ends, and numbers, `true`, `false` and `null` once they are
   * whole; of other texts the text so far. A value comes with each piece that adds to it. To be read in place of the pieces.
   *
   * @returns {AsyncGenerator<PartialValue<R['value']>, void, void>} leaving its loop early stops the generation
   */
  async *partial() {
    const growing = this.#isJson ? new GrowingJson() : undefined
    let text = ''
    for await (const event of this.events()) {
      if (event.type === 'text') {
        text += event.text
        const more = growing === undefined ? event.text !== '' : growing.push(event.text)
        if (more) yield/** @type {any} */ (growing === undefined ? text : growing.value)
      } else if (event.type === 'finish' && growing !== undefined && event.result.value !== undefined) {
        if (growing.text !== text) yield/** @type {any} */ (event.result.value)
      }
    }
  }

  /**
   * The next piece, or the end.
   *
   * @returns {Promise<StreamStep<string, R>>}
   */
  async next() {
    const step = await this.#next(isText)
    if (step.done) return step
    return { done: false, value: /** @type {{ text: string }} */ (step.value).text }
  }

  /**
   * The next event that is wanted; those before it are for nobody.
   *
   * @param {(event: MadeEvent) => boolean} wants
   * @returns {Promise<StreamStep<MadeEvent, R>>}
   */
  async #next(wants) {
    if (this.#closed) return { done: true, value: undefined }
    this.#start()
    const index = this.#made.findIndex(wants)
    const [event] = this.#made.splice(0, index < 0 ? this.#made.length : index + 1).slice(-1)
    this.#reader.tellWhatWasTaken()
    if (index >= 0) return { done: false, value: event }
    if (this.#end !== undefined) return this.#handOutEnd()
    return new Promise((resolve) => this.#waiting.push({ wants, resolve }))
  }

  /**
   * Stops the generation and waits for its end.
   *
   * @returns {Promise<IteratorReturnResult<undefined>>}
   */
  async return() {
    const wasClosed = this.#closed
    this.#closed = true
    this.#made = []
    this.#reader.lift()
    this.#controller.abort()
    await this.#running?.catch(() => undefined)
    if (!wasClosed && this.#end && 'error' in this.#end && !(this.#end.error instanceof AbortError)) {
      throw this.#end.error
    }
    return { done: true, value: undefined }
  }

  /**
   * Stops the generation, waits for its end, and rejects with `error`.
   *
   * @param {unknown} error
   * @returns {Promise<StreamStep<string, R>>} rejects
   */
  async throw(error) {
    await this.return()
    throw error
  }

  async [Symbol.asyncDispose]() {
    await this.return()
  }

  [Symbol.asyncIterator]() {
    return this
  }

  #start() {
    this.#running ??= this.#run()
    // Whoever reads the pieces hears of a failure there: to leave `result` alone is no mistake.
    this.#running.catch(() => undefined)
    return this.#running
  }

  async #run() {
    const { signal } = this.#controller
    const forget = onAbort(this.#signal, () => this.#controller.abort(this.#signal?.reason))
    if (this.#signal?.aborted) this.#controller.abort(this.#signal.reason)
    try {
      throwIfAborted(signal)
      const result = await this.#generate({
        signal,
        onText: (text) => this.#take({ type: 'text', text }),
        onPart: (part) => this.#take({ type: 'text', ...part }),
        onEvent: (event) => this.#take(event),
        reader: this.#reader,
      })
      this.#end = { result }
      return result
    } catch (error) {
      this.#end = { error }
      throw error
    } finally {
      forget()
      this.#reader.accept()
      for (const { resolve } of this.#waiting.splice(0)) resolve(this.#handOutEnd())
    }
  }

  /** @param {MadeEvent} event */
  #take(event) {
    const [first] = this.#waiting
    if (first === undefined) {
      if (!this.#closed) this.#made.push(event)
    } else if (first.wants(event)) {
      this.#waiting.shift()
      first.resolve({ done: false, value: event })
    }
  }

  /** @returns {Promise<StreamStep<never, R>>} */
  async #handOutEnd() {
    if (this.#closed || this.#end === undefined) return { done: true, value: undefined }
    this.#closed = true
    if ('error' in this.#end) throw this.#end.error
    return { done: true, value: this.#end.result }
  }
}

/**
 * A reader that waits.
 *
 * @template R
 * @typedef {object} Waiting
 * @property {(event: MadeEvent) => boolean} wants
 * @property {(step: Promise<StreamStep<any, R>> | StreamStep<any, R>) => void} resolve
 */

/** @param {MadeEvent} event */
function isText(event) {
  return event.type === 'text' && event.text !== ''
}
