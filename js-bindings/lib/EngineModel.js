import { onAbort, throwIfAborted } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'

/** @import { Bridge, JobListeners } from './bridge/Bridge.js' */

/**
 * What the engine tells of a model, or a vocabulary alone, that it has opened.
 *
 * @typedef {object} OpenedModel
 * @property {number} model the engine's name for it
 * @property {string} name
 * @property {string} architecture
 * @property {number} fileBytes bytes of the file, of all its parts
 * @property {number} contextLength tokens
 * @property {number} trainedContext tokens of context that it was trained for
 * @property {number} [parallel] texts, and other work, that run at the same time; a vocabulary has none
 * @property {number} vocabularySize ids are below it
 * @property {Readonly<Record<string, unknown>>} metadata the file's, without the vocabulary's long lists
 * @property {string | null} chatTemplate in Jinja
 * @property {string | null} bosToken its text
 * @property {string | null} eosToken its text
 * @property {number} loadMs milliseconds that it took
 * @property {string[]} warnings what was assumed where the file says nothing that is known
 * @property {boolean} [speculation] whether tokens of its texts are guessed where their own options do not say
 */

/** How many texts are remembered whose tokens were looked for. */
const MOST_TEXTS = 1024

/** A model, or a vocabulary alone, that the engine holds until it is disposed. */
export class EngineModel {
  #bridge
  #opened
  /** @type {Map<Promise<unknown>, AbortController>} the jobs that run, with what stops each */
  #running = new Map()
  /** @type {Set<number>} the engine's names of its sequences that are open */
  #sequences = new Set()
  /** @type {Promise<void> | undefined} */
  #disposal
  #closing = new AbortController()
  /** @type {Map<string, { ids: number[], pieces: { id: number, text: string }[] }>} by the text */
  #tokensOf = new Map()

  /**
   * @param {Bridge} bridge
   * @param {OpenedModel} opened
   */
  constructor(bridge, opened) {
    this.#bridge = bridge
    this.#opened = opened
    for (const warning of opened.warnings) process.emitWarning(`${opened.name}: ${warning}`, 'RealmWarning')
  }

  /** What the engine told of it. */
  get opened() {
    return this.#opened
  }

  /** The engine's name for it. */
  get id() {
    return this.#opened.model
  }

  /**
   * Is aborted as soon as nothing can be started any more.
   *
   * @returns {AbortSignal}
   */
  get closing() {
    return this.#closing.signal
  }

  /**
   * The options of a text that leaves them out.
   *
   * @returns {{ speculation?: boolean }}
   */
  get textDefaults() {
    const { speculation } = this.#opened
    return speculation === undefined ? {} : { speculation }
  }

  /** @throws {RealmError} `DISPOSED` */
  mustBeOpen() {
    if (this.#disposal !== undefined) {
      throw new RealmError(
        'DISPOSED',
        'The model was disposed: load it again, and dispose it after its last use.',
      )
    }
  }

  /**
   * The tokens whose bytes are those of a text, and the ones that it becomes.
   *
   * @param {string} text
   * @returns {{ ids: number[], pieces: { id: number, text: string }[] }}
   */
  tokensOf(text) {
    const known = this.#tokensOf.get(text) ?? this.call('tokensOfText', { text })
    // The vocabulary is searched once for a text; that it is forgotten once there are many costs another search.
    if (this.#tokensOf.size >= MOST_TEXTS) this.#tokensOf.clear()
    this.#tokensOf.set(text, known)
    return known
  }

  /**
   * Runs a short call on it.
   *
   * @param {string} method
   * @param {object} args
   */
  call(method, args) {
    this.mustBeOpen()
    return this.#bridge.call(method, { model: this.id, ...args })
  }

  /**
   * Tells how much of a text was read.
   *
   * @param {number} job of the text, which may have ended
   * @param {number} units of UTF-16, since it was told before
   */
  textTaken(job, units) {
    this.#bridge.call('textTaken', { job, units })
  }

  /**
   * Runs a job on it.
   *
   * @param {string} method
   * @param {object} args
   * @param {JobListeners} listeners
   */
  async open(method, args, listeners) {
    this.mustBeOpen()
    throwIfAborted(listeners.signal)
    const controller = new AbortController()
    const { signal } = controller
    const forget = onAbort(listeners.signal, () => controller.abort(listeners.signal?.reason))
    const job = this.#bridge.open(method, { model: this.id, ...args }, { ...listeners, signal })
    this.#running.set(job, controller)
    try {
      return await job
    } finally {
      forget()
      this.#running.delete(job)
    }
  }

  /**
   * Runs a job on it whose result has memory with f32 values.
   *
   * @param {string} method
   * @param {object} args
   * @param {JobListeners} listeners
   * @returns {Promise<any>} its result, with the memory itself as `values`, a Float32Array
   */
  async openForFloats(method, args, listeners) {
    const { buffer, ...result } = await this.open(method, args, listeners)
    return { ...result, values: new Float32Array(this.#bridge.take(buffer)) }
  }

  /**
   * Notes a sequence, which is closed with the model at the latest.
   *
   * @param {number} sequence
   */
  addSequence(sequence) {
    this.#sequences.add(sequence)
  }

  /**
   * Closes a sequence; a second call does nothing.
   *
   * @param {number} sequence
   */
  async closeSequence(sequence) {
    if (this.#sequences.delete(sequence)) await this.#bridge.open('closeSequence', { sequence })
  }

  /**
   * Ends it for good: nothing can be started from now on; what runs is waited for.
   *
   * @param {{ abort?: boolean }} [options] whether what runs is stopped, also where it was not at first; default false
   */
  dispose({ abort = false } = {}) {
    this.#disposal ??= this.#release()
    this.#closing.abort()
    if (abort) {
      const reason = new RealmError(
        'DISPOSED',
        'The model was disposed by dispose({ abort: true }) meanwhile.',
      )
      for (const controller of this.#running.values()) controller.abort(reason)
    }
    return this.#disposal
  }

  async #release() {
    const running = Promise.allSettled(this.#running.keys())
    if (this.#sequences.size > 0) {
      // Closing one would stop its text, which is waited for.
      await running
      await Promise.all([...this.#sequences].map((sequence) => this.closeSequence(sequence)))
    }
    await this.#bridge.open('release', { model: this.id })
    await running
  }
}
