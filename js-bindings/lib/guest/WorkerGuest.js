import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AbortError, onAbort } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { packageFolder } from '../packageFolder.js'
import { boundModule } from './boundModule.js'

/** @import { Bridge } from '../bridge/Bridge.js' */
/** @import { GuestRunner } from './Guest.js' */
/** @import { readGuestOptions } from '../createGuest.js' */

/** Mebibytes of the worker's own heap and stack; the module's memory is beside them. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 }

/**
 * A guest in a worker thread of Node, which is ended where the guest exceeds its limits.
 *
 * @implements {GuestRunner}
 */
export class WorkerGuest {
  #bridge
  #worker
  #timeMs
  /** @type {number | undefined} what the engine calls it */
  #guest
  /** @type {{ resolve: (message: WorkerMessage) => void, reject: (error: Error) => void } | undefined} who waits for it */
  #waiting
  /** @type {RealmError | undefined} why it can be called no more */
  #ended
  /** @type {number[]} */
  models = []

  /**
   * @param {Bridge} bridge
   * @param {Worker} worker
   * @param {number} timeMs
   */
  constructor(bridge, worker, timeMs) {
    this.#bridge = bridge
    this.#worker = worker
    this.#timeMs = timeMs
    worker.on('message', (message) => this.#waiting?.resolve(message))
    worker.on('error', (error) => this.#fail(asRealmError(error)))
    worker.on('exit', () => this.#fail(new RealmError('ABORTED', 'The guest was ended while it ran.')))
  }

  /**
   * Makes the guest.
   *
   * @param {Bridge} bridge
   * @param {ReturnType<typeof readGuestOptions>} options
   */
  static async open(bridge, { source, models, maxTokens, memoryBytes, timeMs, signal }) {
    const module = boundModule(source, memoryBytes)
    // Reads a model's whole content, the first time: not in the guest's time.
    for (const model of models) await bridge.open('adopt', { model: model.engine.id }, { signal })
    const granted = models.map((model) => ({ loaded: model.engine.id }))
    const grants = { models: granted, maxTokens, maxSessions: 16, maxBytes: memoryBytes }
    const worker = new GuestThread(grants)
    const made = new WorkerGuest(bridge, worker, timeMs)
    const abort = () => made.#fail(new AbortError(signal?.reason))
    const forget = onAbort(signal, abort)
    try {
      const { guest, models: ids } = await made.#answer()
      made.#guest = guest
      made.models = ids
      await made.#limited({ module })
      return made
    } catch (error) {
      await made.end()
      throw error
    } finally {
      forget()
    }
  }

  /**
   * @param {string} name
   * @param {string} json
   * @returns {Promise<string>}
   */
  async call(name, json) {
    if (this.#ended !== undefined) {
      throw new RealmError(
        'DISPOSED',
        `The guest was ended (${this.#ended.code}: ${this.#ended.message}); create another.`,
      )
    }
    const { result } = await this.#limited({ name, json })
    return result
  }

  /** @returns {Promise<void>} */
  async end() {
    this.#fail(new RealmError('ABORTED', 'The guest was ended while it ran.'))
    await this.#worker.terminate()
  }

  /**
   * Has the worker do something within the limit of time.
   *
   * @param {object} message
   */
  async #limited(message) {
    this.#worker.postMessage(message)
    const timer = setTimeout(() => this.#fail(this.#tooLong()), this.#timeMs)
    try {
      const answer = await this.#answer()
      if (answer.error !== undefined) throw this.#errorOf(answer.error)
      return answer
    } finally {
      clearTimeout(timer)
    }
  }

  /** The worker's next message. It keeps the process alive until then. */
  async #answer() {
    this.#worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        if (this.#ended !== undefined) reject(this.#ended)
        this.#waiting = { resolve, reject }
      })
    } finally {
      this.#waiting = undefined
      this.#worker.unref()
    }
  }

  /** @param {{ code: import('../errors/RealmError.js').ErrorCode, message: string }} error */
  #errorOf({ code, message }) {
    const failure = new RealmError(code, message)
    if (code === 'STACK_OVERFLOW') this.#fail(failure)
    return failure
  }

  /**
   * Ends it for good, with what is running.
   *
   * @param {RealmError} reason
   */
  #fail(reason) {
    if (this.#ended !== undefined) return
    this.#ended = reason
    // A text that Java generates holds the worker until it is cancelled.
    if (this.#guest !== undefined) this.#bridge.call('guestClose', { guest: this.#guest })
    this.#waiting?.reject(reason)
    this.#worker.terminate()
  }

  #tooLong() {
    return new RealmError(
      'TIMEOUT',
      `The guest ran longer than its ${this.#timeMs} ms: give it more, or let it do less in a call.`,
    )
  }
}

/**
 * The thread of a guest. Its program is a file of the package, also where a bundler has put this code into another file: one
 * that sees `new Worker` looks for what is named there, and fails.
 */
class GuestThread extends Worker {
  /** @param {object} grants */
  constructor(grants) {
    // The bridge runs, which needs the package's folder, too.
    super(join(String(packageFolder()), 'js-bindings/lib/guest/wasmWorker.js'), {
      workerData: { grants },
      resourceLimits: WORKER_LIMITS,
      // The program's own options are not for the guest's thread.
      execArgv: [],
    })
  }
}

/** @param {Error} error what ended the worker */
function asRealmError(error) {
  const { code, message } = /** @type {Error & { code?: string }} */ (error)
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new RealmError('OUT_OF_MEMORY', `The guest filled the memory: ${message}.`, { cause: error })
    : new RealmError('INTERNAL', `A defect of Realm, please report it: ${message}`, { cause: error })
}

/**
 * What comes from the thread of a guest: first `guest` and `models`, then an answer to each message.
 *
 * @typedef {object} WorkerMessage
 * @property {number} guest what the engine calls the guest
 * @property {number[]} models the ids by which host functions know the granted models
 * @property {string} result JSON
 * @property {{ code: import('../errors/RealmError.js').ErrorCode, message: string }} [error]
 */
