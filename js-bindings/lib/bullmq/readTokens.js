import { text } from '../arguments/checks.js'
import { AbortError, onAbort, throwIfAborted } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { JobStreams, parseEntry } from './JobStreams.js'
import { duplicateRedis } from './openRedis.js'

/** @import { Queue } from 'bullmq' */
/** @import { Redis } from 'ioredis' */
/** @import { ErrorCode } from '../errors/RealmError.js' */
/** @import { StreamEntry } from './JobStreams.js' */
/** @import { JobEvent, ReadTokensOptions } from './types.d.ts' */

/** Milliseconds after which it is looked whether a job is over of which nothing comes: a worker may have died at its end. */
const PATIENCE_MS = 1000

/**
 * Reads what a job makes, from its beginning, while it is made or afterwards: pieces of text and thoughts, calls of tools, and
 * the result. Each piece comes once, also where the job's worker died and another one did it again. Any number may read a job,
 * each with a connection of its own.
 *
 * @param {Queue} queue
 * @param {string} jobId
 * @param {ReadTokensOptions} [options]
 * @returns {AsyncGenerator<JobEvent, void, void>} `for await (const event of readTokens(queue, id))`; it ends with the job, and
 *   rejects as the job fails: with a `RealmError` of its code, an `AbortError` where it was cancelled
 * @throws {RealmError} `INVALID_ARGUMENT`; `NOT_FOUND` where there is no such job, or where it is gone and nothing tells how it ended
 * @throws {AbortError} if the signal is aborted
 */
export async function* readTokens(queue, jobId, { signal } = {}) {
  const id = text(jobId, 'jobId')
  throwIfAborted(signal)
  const redis = duplicateRedis(/** @type {any} */ (queue.opts.connection))
  const forget = onAbort(signal, () => redis.disconnect())
  try {
    yield* follow(queue, id, redis)
  } catch (error) {
    throwIfAborted(signal)
    throw error
  } finally {
    forget()
    redis.disconnect()
  }
}

/**
 * @param {Queue} queue
 * @param {string} id
 * @param {Redis} redis
 * @returns {AsyncGenerator<JobEvent, void, void>}
 */
async function* follow(queue, id, redis) {
  const key = new JobStreams(redis, (type) => queue.toKey(type)).keyOf(id)
  let last = '0'
  /** @type {Extract<StreamEntry, { type: 'end' }> | undefined} */
  let told
  for (let isOver = false; ; ) {
    const reply = await (isOver
      ? redis.xread('COUNT', 1000, 'STREAMS', key, last)
      : redis.xread('COUNT', 1000, 'BLOCK', PATIENCE_MS, 'STREAMS', key, last))
    const entries = reply?.[0]?.[1] ?? []
    for (const entry of entries) {
      last = entry[0]
      const event = parseEntry(entry)
      if (event.type === 'end') told = event
      else yield event
    }
    if (entries.length > 0 && told === undefined) continue
    // All that a job made is in its stream before it is over: what is there now is all of it.
    if (isOver) {
      yield await outcomeOf(queue, id, told)
      return
    }
    isOver = await isEnded(queue, id)
  }
}

/**
 * @param {Queue} queue
 * @param {string} id
 */
async function isEnded(queue, id) {
  const job = await queue.getJob(id)
  return job === undefined || job.finishedOn !== undefined
}

/**
 * @param {Queue} queue
 * @param {string} id
 * @param {Extract<StreamEntry, { type: 'end' }> | undefined} told
 * @returns {Promise<JobEvent>}
 */
async function outcomeOf(queue, id, told) {
  const job = await queue.getJob(id)
  const failedReason = job === undefined ? told?.failedReason : job.failedReason
  if (job?.finishedOn !== undefined && !failedReason) return { type: 'finish', result: job.returnvalue }
  if (failedReason) throw failureOf(id, failedReason)
  if (told?.result !== undefined) return { type: 'finish', result: /** @type {any} */ (told.result) }
  throw new RealmError(
    'NOT_FOUND',
    `The queue ${queue.name} has no job ${id}: it never had one, or it was removed. Keep jobs for a while once they are over: removeOnComplete: { age: 3600 }.`,
  )
}

/**
 * @param {string} id
 * @param {string} reason as BullMQ keeps it
 */
function failureOf(id, reason) {
  const [, code, message] = /^([A-Z_]+): (.*)$/s.exec(reason) ?? []
  if (code === 'ABORTED') return new AbortError(message)
  if (code !== undefined) return new RealmError(/** @type {ErrorCode} */ (code), message)
  return new RealmError('INTERNAL', `Job ${id} failed: ${reason}`)
}
