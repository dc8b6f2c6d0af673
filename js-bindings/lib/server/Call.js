import { onAbort } from '../errors/AbortError.js'
import { HttpError } from './errors/HttpError.js'

/** @import { TextStream } from '../generation/TextStream.js' */
/** @import { GenerateOptions, LoadProgress, Usage } from '../types.d.ts' */
/** @import { Endpoint } from './Endpoint.js' */
/** @import { KeyEntry } from './types.d.ts' */
/** @import { Services } from './createHandler.js' */
/** @import { Lease } from './models/ServedModels.js' */

/** A request that is being answered: who asks, what it takes, and what it has come to. */
export class Call {
  #controller = new AbortController()
  /** @type {(() => void)[]} */
  #atEnd = []
  #ended = false
  /** No longer looks at whether the client has left. @type {() => void} */
  #forget = () => undefined
  /** Whether it goes on once it is answered. */
  isDetached = false
  /** The names of the fields that have no effect. @type {string[]} */
  ignored = []
  /** Whose key it has; undefined where everybody may ask. @type {KeyEntry | undefined} */
  key
  /** What it asks for. @type {Record<string, unknown> | undefined} */
  fields
  /** What was answered until now, where the log wants it. */
  said = ''
  /** The model's name, once it has one. @type {string | undefined} */
  model
  /** Tokens that went in and came out. */
  usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, reasoningTokens: 0 }
  /** Why it failed. @type {HttpError | undefined} */
  failure
  /** Why the last text ended. @type {string | undefined} */
  finishReason
  /** When it came, in milliseconds. */
  begunAt = performance.now()
  /** When the first piece of an answer was made, in milliseconds. @type {number | undefined} */
  firstAt
  /** @type {() => void} */
  #accept = () => undefined
  /** Is fulfilled once the engine has taken up what a stream tells of: then no status says of a refusal any more. */
  accepted = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      this.#accept = resolve
    })
  )
  /** Sent with its answer. @type {Record<string, string>} */
  headers = {}

  /**
   * @param {object} request
   * @param {string} request.id
   * @param {Request} request.request
   * @param {Record<string, string>} request.params of its path
   * @param {Record<string, string>} request.query
   * @param {Endpoint} endpoint
   * @param {Services} services
   */
  constructor({ id, request, params, query }, endpoint, services) {
    this.id = id
    this.request = request
    this.params = params
    this.query = query
    this.endpoint = endpoint
    this.services = services
    const { signal } = request
    if (signal.aborted) this.#controller.abort(signal.reason)
    else this.#forget = onAbort(signal, () => this.stop(signal.reason))
    this.atEnd(() => this.#forget())
  }

  /** The name of its key, of whose things others know nothing; empty where there are no keys. */
  get owner() {
    return this.key?.name ?? ''
  }

  /** Goes on once it is answered, without its client; who calls this ends it. */
  detach() {
    this.#forget()
    this.isDetached = true
  }

  /**
   * Is aborted once nobody waits for the answer.
   *
   * @returns {AbortSignal}
   */
  get signal() {
    return this.#controller.signal
  }

  /** Whether nobody waits for the answer any more. */
  get stopped() {
    return this.#controller.signal.aborted
  }

  /** @param {unknown} [reason] */
  stop(reason) {
    this.#controller.abort(reason)
  }

  /**
   * Has something done once the answer is whole, or given up.
   *
   * @param {() => void} action must not throw
   */
  atEnd(action) {
    if (this.#ended) action()
    else this.#atEnd.push(action)
  }

  /** The answer is whole, or given up. May be called again. */
  end() {
    if (this.#ended) return
    this.#ended = true
    for (const action of this.#atEnd.toReversed()) action()
  }

  /**
   * The model that it asks for, until it ends.
   *
   * @param {string | undefined} name
   * @param {{ keepAlive?: number, onProgress?: (progress: LoadProgress) => void }} [options] milliseconds; hears of the loading
   * @returns {Promise<Lease>}
   * @throws {HttpError} `model_not_found` or `model_not_allowed`, and what loading throws
   */
  async lease(name, { keepAlive, onProgress } = {}) {
    const entry = this.allowed(name)
    this.model = entry.name
    const lease = await this.services.models.acquire(entry.name, {
      signal: this.signal,
      keepAlive,
      onProgress,
    })
    this.atEnd(lease.release)
    return lease
  }

  /**
   * The model of a name, if its key may use that.
   *
   * @param {string | undefined} name
   * @throws {HttpError} `model_not_found` or `model_not_allowed`
   */
  allowed(name) {
    const entry = this.services.models.entry(name)
    if (this.mayUse(entry.name)) return entry
    throw new HttpError('model_not_allowed', `model: the key ${this.key?.name} may not use ${entry.name}.`, {
      param: 'model',
    })
  }

  /** @param {string} model */
  mayUse(model) {
    return this.key?.models?.includes(model) ?? true
  }

  /**
   * For whom the engine works, how urgently, and until when.
   *
   * @returns {Pick<GenerateOptions, 'tenant' | 'priority' | 'deadline' | 'signal'>}
   */
  get claim() {
    const { key, signal } = this
    return {
      tenant: key?.tenant ?? key?.name,
      priority: key?.priority,
      deadline: this.services.limits.requestMs,
      signal,
    }
  }

  /**
   * Has its stream begin once the engine has taken a text up.
   *
   * @param {TextStream<any>} stream
   */
  begins(stream) {
    stream.accepted.then(this.#accept)
  }

  /**
   * Notes tokens that went in and came out.
   *
   * @param {Partial<Usage>} usage
   */
  count({ promptTokens = 0, cachedTokens = 0, completionTokens = 0, reasoningTokens = 0 }) {
    this.usage.promptTokens += promptTokens
    this.usage.cachedTokens += cachedTokens
    this.usage.completionTokens += completionTokens
    this.usage.reasoningTokens += reasoningTokens
  }

  /**
   * Checks how many there are of something.
   *
   * @param {string} param
   * @param {number} count
   * @param {'messages' | 'texts' | 'answers'} limit
   * @throws {HttpError} `too_many`
   */
  mustFit(param, count, limit) {
    const most = this.services.limits[limit]
    if (count <= most) return
    throw new HttpError('too_many', `${param}: received ${count}, expected at most ${most}.`, { param })
  }
}
