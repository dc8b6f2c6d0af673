import { text } from '../arguments/checks.js'
import { JobStreams } from './JobStreams.js'
import { openRedis } from './openRedis.js'

/** @import { Queue } from 'bullmq' */

/**
 * Cancels a job. One that waits is removed. One that runs is stopped within a quarter of a second, by whichever worker has it,
 * and fails with `ABORTED`, without another attempt; if that worker dies before, the next one fails it. Readers of its tokens
 * get an `AbortError`.
 *
 * @param {Queue} queue
 * @param {string} jobId
 * @param {{ reason?: string }} [options] `reason`: what its failure says; default: `cancelled`
 * @returns {Promise<'removed' | 'stopping' | 'over' | 'unknown'>} `over`: it had ended already; `unknown`: there is none
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export async function cancelJob(queue, jobId, { reason = 'cancelled' } = {}) {
  const id = text(jobId, 'jobId')
  const why = text(reason, 'reason')
  const { redis, release } = openRedis(/** @type {any} */ (queue.opts.connection))
  try {
    const streams = new JobStreams(redis, (type) => queue.toKey(type))
    // Before anything else: a worker that takes the job meanwhile hears of it.
    await streams.cancel(id, why)
    const job = await queue.getJob(id)
    if (job === undefined || (await job.isCompleted()) || (await job.isFailed())) {
      await streams.forgetCancel(id)
      return job === undefined ? 'unknown' : 'over'
    }
    try {
      await job.remove()
    } catch (error) {
      // A job that a worker has is locked, and one that is gone was removed by somebody else.
      if (await job.isActive()) return 'stopping'
      if ((await queue.getJob(id)) !== undefined) throw error
    }
    await streams.end(id, { failedReason: `ABORTED: ${why}` }, 3_600_000)
    return 'removed'
  } finally {
    await release()
  }
}
