import { HttpError } from './errors/HttpError.js'

/** @import { Call } from './Call.js' */

/** The requests that are at work or wait. */
export class Calls {
  /** @type {Set<Call>} */
  #running = new Set()
  #most
  #closing = false
  /** @type {(() => void)[]} those that wait for the last one */
  #waiting = []

  /** @param {number} most how many there may be */
  constructor(most) {
    this.#most = most
  }

  /** How many there are. */
  get size() {
    return this.#running.size
  }

  /** Whether no more are taken. */
  get closing() {
    return this.#closing
  }

  /** Whether there are as many as may be. */
  get full() {
    return this.#running.size >= this.#most
  }

  /**
   * Takes up a request, until it ends.
   *
   * @param {Call} call
   * @throws {HttpError} `shutting_down` or `overloaded`
   */
  add(call) {
    if (this.#closing)
      throw new HttpError('shutting_down', 'The server ends.', { headers: { connection: 'close' } })
    if (this.full) throw this.overloaded()
    this.#running.add(call)
    call.atEnd(() => {
      this.#running.delete(call)
      if (this.#running.size === 0) for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  /** What is said to one too many. */
  overloaded() {
    const message = `${this.#running.size} requests are at work or wait, as many as may: try again later.`
    return new HttpError('overloaded', message, { headers: { 'retry-after': '1' } })
  }

  /**
   * Takes no more, and waits for those that are at work.
   *
   * @param {{ abort?: boolean }} options `abort`: whether they are stopped
   */
  async close({ abort = false }) {
    this.#closing = true
    if (abort) for (const call of this.#running) call.stop(new Error('the server was closed'))
    if (this.#running.size > 0)
      await /** @type {Promise<void>} */ (new Promise((resolve) => this.#waiting.push(resolve)))
  }
}
