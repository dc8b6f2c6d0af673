import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'

/** @import { Bridge, JobListeners } from '../bridge/Bridge.js' */

/** A model, or a vocabulary alone, that the engine holds until it is disposed. */
export class EngineModel {
  #bridge
  #id
  /** @type {Set<Promise<unknown>>} */
  #running = new Set()
  /** @type {Promise<void> | undefined} */
  #disposal

  /**
   * @param {Bridge} bridge
   * @param {number} id the engine's name for it
   */
  constructor(bridge, id) {
    this.#bridge = bridge
    this.#id = id
  }

  /** The engine's name for it. */
  get id() {
    return this.#id
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
   * Runs a short call on it.
   *
   * @param {string} method
   * @param {object} args
   */
  call(method, args) {
    this.mustBeOpen()
    return this.#bridge.call(method, { model: this.#id, ...args })
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
    if (listeners.signal?.aborted) throw new AbortError(listeners.signal.reason)
    const job = this.#bridge.open(method, { model: this.#id, ...args }, listeners)
    this.#running.add(job)
    try {
      return await job
    } finally {
      this.#running.delete(job)
    }
  }

  /** Ends it for good: nothing can be started from now on; what runs is waited for. */
  dispose() {
    this.#disposal ??= this.#release()
    return this.#disposal
  }

  async #release() {
    const running = Promise.allSettled(this.#running)
    await this.#bridge.open('release', { model: this.#id })
    await running
  }
}
