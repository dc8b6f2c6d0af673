/** @import { Redis } from 'ioredis' */
/** @import { JobEvent } from './types.d.ts' */

/**
 * An entry of a job's stream. `end` tells readers to look at the job, which is over; it has the outcome itself where the job
 * is not kept.
 *
 * @typedef {Exclude<JobEvent, { type: 'finish' }> | { type: 'end', result?: unknown, failedReason?: string }} StreamEntry
 */

/**
 * Appends entries for whoever holds the job's lock alone: a worker that lost it, and does not know so yet, writes nothing.
 * Keys: lock, stream. Arguments: the lock's token, milliseconds that the stream is kept, entries.
 */
const APPEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 3, #ARGV do redis.call('XADD', KEYS[2], '*', 'event', ARGV[i]) end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1`

/**
 * What became of jobs: for each, 'held', 'lost', or 'cancel:' and the reason. Keys: lock and cancellation, for each job.
 * Arguments: the locks' tokens.
 */
const LOOK = `
local found = {}
for i = 1, #ARGV do
  local reason = redis.call('GET', KEYS[2 * i])
  if reason then found[i] = 'cancel:' .. reason
  elseif redis.call('GET', KEYS[2 * i - 1]) == ARGV[i] then found[i] = 'held'
  else found[i] = 'lost' end
end
return found`

/** Milliseconds that a wish to cancel a job is remembered: longer than it takes any worker to hear of it. */
const CANCEL_MS = 24 * 3_600_000

/** The keys of jobs that Realm has beside BullMQ's: the stream of a job's pieces, and the wish to cancel it. */
export class JobStreams {
  #redis
  #toKey

  /**
   * @param {Redis} redis
   * @param {(type: string) => string} toKey BullMQ's, with the queue's prefix
   */
  constructor(redis, toKey) {
    this.#redis = redis
    this.#toKey = toKey
  }

  /** @param {string} id of the job */
  keyOf(id) {
    return this.#toKey(`${id}:tokens`)
  }

  /**
   * All entries so far.
   *
   * @param {string} id of the job
   * @returns {Promise<StreamEntry[]>}
   */
  async read(id) {
    const entries = await this.#redis.xrange(this.keyOf(id), '-', '+')
    return entries.map(parseEntry)
  }

  /**
   * Appends entries for the holder of the job's lock.
   *
   * @param {{ id: string, token: string, keepMs: number }} job
   * @param {StreamEntry[]} entries
   * @returns {Promise<boolean>} whether it has the lock
   */
  async append({ id, token, keepMs }, entries) {
    const keys = [this.#toKey(`${id}:lock`), this.keyOf(id)]
    const texts = entries.map((entry) => JSON.stringify(entry))
    return (await this.#redis.eval(APPEND, keys.length, ...keys, token, keepMs, ...texts)) === 1
  }

  /**
   * Tells readers that a job is over.
   *
   * @param {string} id
   * @param {{ result?: unknown, failedReason?: string }} outcome
   * @param {number} keepMs
   */
  async end(id, outcome, keepMs) {
    const entry = JSON.stringify({ type: 'end', ...outcome })
    await this.#redis
      .multi()
      .xadd(this.keyOf(id), '*', 'event', entry)
      .pexpire(this.keyOf(id), keepMs)
      .del(this.#toKey(`${id}:cancel`))
      .exec()
  }

  /**
   * Asks whoever works on a job to stop, now or later.
   *
   * @param {string} id
   * @param {string} reason
   */
  async cancel(id, reason) {
    await this.#redis.set(this.#toKey(`${id}:cancel`), reason, 'PX', CANCEL_MS)
  }

  /** @param {string} id of a job that nobody is to cancel any more */
  async forgetCancel(id) {
    await this.#redis.del(this.#toKey(`${id}:cancel`))
  }

  /**
   * What became of jobs that a worker has: it is asked once for all.
   *
   * @param {{ id: string, token: string }[]} jobs
   * @returns {Promise<string[]>} of each `held`, `lost`, or `cancel:` and the reason
   */
  async look(jobs) {
    const keys = jobs.flatMap(({ id }) => [this.#toKey(`${id}:lock`), this.#toKey(`${id}:cancel`)])
    const tokens = jobs.map(({ token }) => token)
    return /** @type {Promise<string[]>} */ (this.#redis.eval(LOOK, keys.length, ...keys, ...tokens))
  }
}

/**
 * @param {[id: string, fields: string[]]} entry as Redis gives it
 * @returns {StreamEntry}
 */
export function parseEntry([, [, event]]) {
  return JSON.parse(event)
}
