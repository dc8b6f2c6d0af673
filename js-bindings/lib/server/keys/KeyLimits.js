import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { HttpError } from '../errors/HttpError.js'

/** @import { Call } from '../Call.js' */
/** @import { KeyEntry } from '../types.d.ts' */

/** Seconds in which requests and tokens are counted. */
const MINUTE = 60

/** Milliseconds in which Redis has to answer. */
const ANSWER_MS = 2000

/** Holds keys to their limits: requests and tokens a minute, and requests at a time. */
export class KeyLimits {
  #redis
  /** @type {Map<string, RateLimiterMemory | RateLimiterRedis>} by what they count and up to which number */
  #counters = new Map()
  /** @type {Map<string, number>} requests at work, by the keys' names */
  #running = new Map()

  /** @param {object | undefined} redis where is counted; by default here */
  constructor(redis) {
    this.#redis = redis
  }

  /**
   * Lets a request in, and notes it with its key. Tokens are counted once it ends: the one that goes beyond is not stopped,
   * and the next has to wait. Where Redis does not say what was used, nobody is let in whose key has a limit.
   *
   * @param {Call} call
   * @param {KeyEntry} key
   * @throws {HttpError} `rate_limit_exceeded` or `limits_unavailable`
   */
  async admit(call, { name, requestsPerMinute, tokensPerMinute, parallel }) {
    const running = this.#running.get(name) ?? 0
    if (parallel !== undefined && running >= parallel) {
      throw exceeded(
        call,
        `${running} requests of this key are at work, as many as it may have at a time.`,
        1,
      )
    }
    this.#running.set(name, running + 1)
    call.atEnd(() => this.#leave(name))
    if (tokensPerMinute !== undefined) await this.#admitTokens(call, name, tokensPerMinute)
    if (requestsPerMinute !== undefined) await this.#admitRequest(call, name, requestsPerMinute)
  }

  /** @param {string} name */
  #leave(name) {
    const left = (this.#running.get(name) ?? 1) - 1
    if (left === 0) this.#running.delete(name)
    else this.#running.set(name, left)
  }

  /** @param {Call} call @param {string} name @param {number} most */
  async #admitRequest(call, name, most) {
    const counter = this.#counter('requests', most)
    try {
      noteRest(call, 'requests', most, await answered(counter.consume(name, 1)))
    } catch (spent) {
      if (!(spent instanceof RateLimiterRes)) throw spent
      noteRest(call, 'requests', most, spent)
      throw exceeded(call, `The key may ask ${most} times a minute.`, spent.msBeforeNext / 1000)
    }
  }

  /** @param {Call} call @param {string} name @param {number} most */
  async #admitTokens(call, name, most) {
    const counter = this.#counter('tokens', most)
    const state = (await answered(counter.get(name))) ?? new RateLimiterRes(most, 0, 0, true)
    const rest = new RateLimiterRes(
      Math.max(0, most - state.consumedPoints),
      Math.max(0, state.msBeforeNext),
      state.consumedPoints,
      false,
    )
    noteRest(call, 'tokens', most, rest)
    if (state.consumedPoints >= most) {
      throw exceeded(call, `The key has used up its ${most} tokens of this minute.`, rest.msBeforeNext / 1000)
    }
    call.atEnd(() => {
      const { promptTokens, completionTokens } = call.usage
      const used = promptTokens + completionTokens
      if (used === 0) return
      counter.penalty(name, used).catch((error) => {
        call.services.log.error({ err: error, id: call.id }, 'tokens could not be counted')
      })
    })
  }

  /**
   * @param {'requests' | 'tokens'} what
   * @param {number} points
   */
  #counter(what, points) {
    const id = `${what} ${points}`
    const options = { points, duration: MINUTE, keyPrefix: `realm-${what}` }
    const counter =
      this.#counters.get(id) ??
      (this.#redis === undefined
        ? new RateLimiterMemory(options)
        : new RateLimiterRedis({ ...options, storeClient: this.#redis, rejectIfRedisNotReady: true }))
    this.#counters.set(id, counter)
    return counter
  }
}

/**
 * What a counter says.
 *
 * @template T
 * @param {Promise<T>} asked
 * @returns {Promise<T>} rejects with a RateLimiterRes where too much was used
 * @throws {HttpError} `limits_unavailable` if it says nothing
 */
async function answered(asked) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ANSWER_MS} ms`)), ANSWER_MS)
  })
  try {
    return await /** @type {Promise<T>} */ (Promise.race([asked, late]))
  } catch (error) {
    if (error instanceof RateLimiterRes) throw error
    throw new HttpError(
      'limits_unavailable',
      'What the key has used cannot be counted now: try again later.',
      {
        headers: { 'retry-after': '2' },
        cause: error,
      },
    )
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Has the answer say what is left, as OpenAI's clients read it.
 *
 * @param {Call} call
 * @param {'requests' | 'tokens'} what
 * @param {number} most
 * @param {RateLimiterRes} rest
 */
function noteRest(call, what, most, { remainingPoints, msBeforeNext }) {
  call.headers[`x-ratelimit-limit-${what}`] = String(most)
  call.headers[`x-ratelimit-remaining-${what}`] = String(Math.max(0, remainingPoints))
  call.headers[`x-ratelimit-reset-${what}`] = `${Math.ceil(msBeforeNext / 1000)}s`
}

/** @param {Call} call @param {string} message @param {number} seconds */
function exceeded(call, message, seconds) {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(seconds))) }
  return new HttpError('rate_limit_exceeded', message, { headers: { ...call.headers, ...headers } })
}
