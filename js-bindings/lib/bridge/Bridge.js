import { constants } from 'node:buffer'
import { AbortError, onAbort, throwIfAborted } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'

/**
 * What `realm.node` exports. Requests and answers are JSON.
 *
 * @typedef {object} Addon
 * @property {(options: { libjvm: string, options: string[], joins?: boolean }) => Promise<number>} start starts the Java
 *   virtual machine, or takes the one that Node runs inside of if it `joins`, once in the life of a process: later calls,
 *   of other threads and other copies of this package too, have the outcome of the first. Resolves with the number of the
 *   engine's protocol
 * @property {(name: string) => string | undefined} variable a variable of the process's environment, which a worker's
 *   `process.env` need not be
 * @property {(method: string, json: string, view?: ArrayBuffer | ArrayBufferView) => string} call runs a short operation
 *   on this thread; Java reads and writes the memory of `view` in place
 * @property {(method: string, json: string, onEvent: (kind: number, payload: string) => void, bytes?: ArrayBuffer |
 *   ArrayBufferView) => number} open starts a job, which keeps the event loop alive until its last event; it gets a copy
 *   of the bytes; returns its id
 * @property {(ticket: number) => ArrayBuffer} take the memory that a result names by a ticket, as `{"buffer": ticket}`;
 *   each can be taken once, on the thread that asked for the result. It is Java's until JavaScript uses it no more; a copy
 *   where the runtime allows no such memory
 * @property {(guest: number, hostFunction: number, memory: { readonly buffer: ArrayBufferLike | ArrayBufferView },
 *   stream: ((pointer: number, length: number) => unknown) | undefined, ...args: (number | bigint)[]) => number} hostCall
 *   calls a host function, by its place in HOST_FUNCTIONS, on this thread. `memory.buffer` is read at the call, and again
 *   after each `stream`; that one's exceptions end the text, and are dropped
 * @property {(job: number) => void} cancel asks a job to stop; does nothing if it has ended
 */

/**
 * Who hears of a job while it runs, and what else it is given.
 *
 * @typedef {object} JobListeners
 * @property {(job: number) => void} [onOpen] hears the job's name, once it has begun
 * @property {(piece: string) => void} [onText] hears each piece of text; pieces that come quicker than JavaScript takes
 *   them are joined
 * @property {(part: any) => void} [onPart] hears each part of what it makes, such as a piece of text with its tokens
 * @property {(progress: any) => void} [onProgress] hears how far it is; states that come quicker are left out
 * @property {AbortSignal} [signal] stops the job
 * @property {ArrayBuffer | ArrayBufferView} [bytes] belong to the arguments; the job gets a copy
 */

/** The kinds of events, as Java's EventSink numbers them. */
const TEXT = 1
const RESULT = 2
const ERROR = 3
const PROGRESS = 4
const PART = 5

/**
 * The version of what crosses to the engine, as Java's BridgeCalls numbers it. It rises with each change of a method, of
 * its arguments or results, or of the functions of the addon.
 */
export const PROTOCOL = 1

/** The way to the engine: short calls, and jobs that run on the engine's threads. */
export class Bridge {
  #addon
  #kind

  /**
   * @param {Addon} addon with a running virtual machine
   * @param {'addon' | 'javet'} [kind] how Java and Node share the process
   */
  constructor(addon, kind = 'addon') {
    this.#addon = addon
    this.#kind = kind
  }

  /** How Java and Node share the process: Java in Node by the addon, or Node in Java by Javet. */
  get kind() {
    return this.#kind
  }

  /**
   * Runs a short operation; JavaScript stands still meanwhile.
   *
   * @param {string} method
   * @param {object} args
   * @param {ArrayBuffer | ArrayBufferView} [view] memory that Java reads or writes in place
   * @returns {any} the answer
   * @throws {RealmError}
   */
  call(method, args, view) {
    const json = textOf(args)
    return JSON.parse(asRealmError(() => this.#addon.call(method, json, view)))
  }

  /**
   * The memory that a result names by its ticket.
   *
   * @param {number} ticket
   * @returns {ArrayBuffer}
   * @throws {RealmError}
   */
  take(ticket) {
    return asRealmError(() => this.#addon.take(ticket))
  }

  /**
   * Calls a host function.
   *
   * @param {Parameters<Addon['hostCall']>} args
   * @returns {number} its result, or the number of an error
   * @throws {RealmError} if the arguments are not of its types
   */
  hostCall(...args) {
    return asRealmError(() => this.#addon.hostCall(...args))
  }

  /**
   * Runs a job.
   *
   * @param {string} method
   * @param {object} args
   * @param {JobListeners} [listeners]
   * @returns {Promise<any>} its result. It rejects with a RealmError; with an AbortError if the signal has stopped the
   *   job, once it has ended; or with what a listener threw, which stops the job too
   */
  async open(method, args, { onOpen, onText, onPart, onProgress, signal, bytes } = {}) {
    throwIfAborted(signal)
    const json = textOf(args)
    let job = 0
    /** @type {(() => void) | undefined} */
    let forget
    const cancel = () => this.#addon.cancel(job)
    try {
      return await new Promise((resolve, reject) => {
        /** @type {{ error: unknown } | undefined} what a listener threw */
        let thrown
        const dispatch = (/** @type {number} */ kind, /** @type {string} */ payload) => {
          if (kind === TEXT) return onText?.(payload)
          if (kind === PART) return onPart?.(JSON.parse(payload))
          if (kind === PROGRESS) return onProgress?.(JSON.parse(payload))
          if (kind === RESULT) return resolve(JSON.parse(payload))
          reject(errorOf(JSON.parse(payload), signal))
        }
        const onEvent = (/** @type {number} */ kind, /** @type {string} */ payload) => {
          const isLast = kind === RESULT || kind === ERROR
          try {
            if (thrown === undefined) dispatch(kind, payload)
          } catch (error) {
            thrown = { error }
            if (!isLast) cancel()
          }
          if (isLast && thrown !== undefined) reject(thrown.error)
        }
        job = asRealmError(() => this.#addon.open(method, json, onEvent, bytes))
        forget = onAbort(signal, cancel)
        onOpen?.(job)
      })
    } finally {
      forget?.()
    }
  }
}

/**
 * @param {object} args
 * @returns {string}
 * @throws {RealmError} `INVALID_ARGUMENT` if they are too long for a string
 */
function textOf(args) {
  try {
    return JSON.stringify(args)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RealmError(
      'INVALID_ARGUMENT',
      `The text is too long to be handed over: as JSON it exceeds the ${constants.MAX_STRING_LENGTH} characters of a ` +
        "string of JavaScript's. Give it in parts.",
      { cause: error },
    )
  }
}

/**
 * @param {{ code: import('../errors/RealmError.js').ErrorCode, message: string, result?: any }} failure
 * @param {AbortSignal} [signal]
 */
function errorOf({ code, message, result }, signal) {
  return code === 'ABORTED' && signal?.aborted
    ? new AbortError(signal.reason, result)
    : new RealmError(code, message)
}

/**
 * The addon throws plain errors with a code.
 *
 * @template T
 * @param {() => T} action
 * @returns {T}
 */
function asRealmError(action) {
  try {
    return action()
  } catch (error) {
    if (error instanceof RealmError) throw error
    const { code, message } =
      /** @type {{ code: import('../errors/RealmError.js').ErrorCode, message: string }} */ (error)
    throw new RealmError(code, message, { cause: error })
  }
}
