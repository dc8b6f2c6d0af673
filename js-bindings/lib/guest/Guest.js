import { invalidArgument, text } from '../arguments/checks.js'
import { AbortError, onAbort, throwIfAborted } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'

/**
 * What runs a guest's code, one call at a time.
 *
 * @typedef {object} GuestRunner
 * @property {number[]} models the ids by which host functions know the granted models
 * @property {(name: string, json: string) => Promise<string>} call runs a function with a JSON array; gives a JSON value
 * @property {() => Promise<void>} end ends it at once, also while a call runs; resolves when nothing of it is left
 */

/** Shows the constructor that `newGuest` calls it: nobody else has it. */
const CONSTRUCT = Symbol('construct')

/**
 * @internal
 * @type {(runner: GuestRunner, signal?: AbortSignal) => Guest}
 */
export let newGuest

/** Code that nobody has to trust, with what it was granted. `createGuest` makes it; `close` ends it. */
export class Guest {
  #runner
  #signal
  #forgetSignal
  /** @type {Promise<unknown>} the last call */
  #last = Promise.resolve()
  /** @type {Promise<void> | undefined} */
  #closing

  static {
    newGuest = (runner, signal) => new Guest(CONSTRUCT, runner, signal)
  }

  /**
   * @private
   * @param {typeof CONSTRUCT} key
   * @param {GuestRunner} runner
   * @param {AbortSignal} [signal]
   */
  constructor(key, runner, signal) {
    if (key !== CONSTRUCT) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        'new Guest(): a Guest is made by createGuest() alone; call that.',
      )
    }
    this.#runner = runner
    this.#signal = signal
    this.#forgetSignal = onAbort(signal, () => this.#abort())
  }

  /** The ids by which the host functions know the granted models, in their order: for guests of WebAssembly. */
  get models() {
    return [...this.#runner.models]
  }

  /**
   * Calls a function of the guest. Calls run one after another.
   *
   * @param {string} name
   * @param {...unknown} args JSON values; `undefined` counts as null
   * @returns {Promise<any>} a JSON value; null where the function returns nothing
   * @throws {RealmError} `INVALID_ARGUMENT`; `NOT_FOUND` if the guest has no such function; `GUEST_ERROR` with the guest's
   *   message if its code throws, or the code of a host function's error that it does not catch; `TIMEOUT`,
   *   `QUOTA_EXCEEDED`, `OUT_OF_MEMORY` or `STACK_OVERFLOW` if it exceeds its limits, which ends it; `DISPOSED` once it has
   *   ended
   * @throws {AbortError} if the signal of its creation is aborted, which ends it
   */
  async call(name, ...args) {
    const called = text(name, 'name')
    const json = jsonOf(args)
    const result = this.#last.then(async () => {
      this.#mustBeOpen()
      try {
        return JSON.parse(await this.#runner.call(called, json))
      } catch (error) {
        throw this.#signal?.aborted ? new AbortError(this.#signal.reason) : error
      }
    })
    this.#last = result.catch(() => undefined)
    return result
  }

  /**
   * Ends the guest for good: a call that runs is `ABORTED`. May be called again.
   *
   * @returns {Promise<void>} resolves when nothing of it is left
   */
  close() {
    if (this.#closing === undefined) {
      this.#forgetSignal()
      this.#closing = this.#runner.end()
    }
    return this.#closing
  }

  /** @returns {Promise<void>} */
  [Symbol.asyncDispose]() {
    return this.close()
  }

  #abort() {
    // Nobody waits for it here; whoever closes the guest gets the same promise.
    this.close().catch(() => undefined)
  }

  #mustBeOpen() {
    throwIfAborted(this.#signal)
    if (this.#closing !== undefined) {
      throw new RealmError(
        'DISPOSED',
        'The guest was closed: create another, and close it after its last use.',
      )
    }
  }
}

/** @param {unknown[]} args */
function jsonOf(args) {
  try {
    return JSON.stringify(args)
  } catch (error) {
    throw invalidArgument('args', args, 'JSON values', /** @type {Error} */ (error).message)
  }
}
