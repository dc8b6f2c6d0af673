import { AbortError, onAbort, throwIfAborted } from '../errors/AbortError.js'

/** @import { GenerateResult, TextEvent, TextPiece, TokenLogprob } from '../types.d.ts' */

/**
 * Starts a generation.
 *
 * @callback StartGeneration
 * @param {{ signal: AbortSignal, onText: (piece: string) => void,
 *   onPart: (part: { text: string, logprobs: TokenLogprob[] }) => void }} listeners pieces come by one of both
 * @returns {Promise<GenerateResult>}
 */

/**
 * A piece, or the end with the generation's result; the result is missing where the stream was left or failed.
 *
 * @template T
 * @typedef {IteratorResult<T, GenerateResult | undefined>} StreamStep
 */

/**
 * The text of a generation, piece by piece: `for await (const piece of stream)`. The generation starts with the first
 * `next()` and does not wait for its reader. Leaving the loop early, or `return()`, stops it and waits for its end. A
 * signal that is aborted ends the loop with an `AbortError` after the pieces made so far. `result` is a promise of the
 * whole result, as `generate` gives it; the last `next()` of a generation that ran to its end has it as the value, next to
 * `done: true`. `events()` reads the same with what belongs to each piece.
 */
export class TextStream {
  #generate
  #signal
  #controller = new AbortController()
  /** @type {TextPiece[]} those that nobody has asked for yet; empty while anybody waits */
  #pieces = []
  /** @type {((step: Promise<StreamStep<TextPiece>> | StreamStep<TextPiece>) => void)[]} those that wait for a piece or the end */
  #waiting = []
  /** @type {Promise<GenerateResult> | undefined} the generation, once it has started */
  #running
  /** @type {{ result: GenerateResult } | { error: unknown } | undefined} */
  #end
  /** Whether the end was handed out, or nobody wants it any more. */
  #closed = false

  /**
   * @param {StartGeneration} generate
   * @param {AbortSignal} [signal] stops the generation
   */
  constructor(generate, signal) {
    this.#generate = generate
    this.#signal = signal
  }

  /**
   * The whole result, as `generate` gives it: usage, finish reason, timings. It may be asked for before, while and after the
   * pieces are read, and starts the generation where nobody has. It rejects as `generate` does, with an `AbortError` where
   * the loop was left early; where nobody looks at it, nothing is said of that.
   *
   * @returns {Promise<GenerateResult>}
   */
  get result() {
    return this.#start()
  }

  /**
   * The next piece, or the end.
   *
   * @returns {Promise<StreamStep<string>>}
   */
  async next() {
    let step = await this.#next()
    while (!step.done && step.value.text === '') step = await this.#next()
    return step.done ? step : { done: false, value: step.value.text }
  }

  /**
   * The pieces as events, each with what belongs to it: `{ type: 'text', text, logprobs? }`, and `{ type: 'finish', result }`
   * behind them. It reads the stream in place of the loop over its pieces.
   *
   * @returns {AsyncGenerator<TextEvent, void, void>} leaving its loop early stops the generation
   */
  async *events() {
    try {
      let step = await this.#next()
      for (; !step.done; step = await this.#next()) yield step.value
      if (step.value !== undefined) yield { type: 'finish', result: step.value }
    } finally {
      await this.return()
    }
  }

  /**
   * Stops the generation and waits for its end.
   *
   * @returns {Promise<IteratorReturnResult<undefined>>}
   */
  async return() {
    const wasClosed = this.#closed
    this.#closed = true
    this.#pieces = []
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
   * @returns {Promise<StreamStep<string>>} rejects
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

  /** @returns {Promise<StreamStep<TextPiece>>} */
  async #next() {
    if (this.#closed) return { done: true, value: undefined }
    this.#start()
    const piece = this.#pieces.shift()
    if (piece !== undefined) return { done: false, value: piece }
    if (this.#end !== undefined) return this.#handOutEnd()
    return new Promise((resolve) => this.#waiting.push(resolve))
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
      })
      this.#end = { result }
      return result
    } catch (error) {
      this.#end = { error }
      throw error
    } finally {
      forget()
      for (const give of this.#waiting.splice(0)) give(this.#handOutEnd())
    }
  }

  /** @param {TextPiece} piece */
  #take(piece) {
    const give = this.#waiting.shift()
    if (give !== undefined) give({ done: false, value: piece })
    else if (!this.#closed) this.#pieces.push(piece)
  }

  /** @returns {Promise<IteratorReturnResult<GenerateResult | undefined>>} */
  async #handOutEnd() {
    if (this.#closed || this.#end === undefined) return { done: true, value: undefined }
    this.#closed = true
    if ('error' in this.#end) throw this.#end.error
    return { done: true, value: this.#end.result }
  }
}
