import { integerIn, invalidArgument, text } from '../arguments/checks.js'
import { Model } from '../Model.js'
import { ModelWorker } from './ModelWorker.js'

/** @import { Queue } from 'bullmq' */
/** @import { WorkerOptions } from './types.d.ts' */

const mostKept = 2 ** 31 - 1

/**
 * Starts a worker for a queue of BullMQ, whose jobs ask a model (`ModelJob`). An answer is committed once: with the job, by the
 * worker that holds its lock. The jobs of a worker that dies are done by others, from their beginning and with the same seed.
 *
 * @param {string | Queue} queue its name, or the queue
 * @param {Model} model a loaded model, which stays yours
 * @param {WorkerOptions} [options]
 * @returns {ModelWorker} a `Worker` of BullMQ; to be closed before the model is disposed
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function createWorker(queue, model, options = {}) {
  if (!(model instanceof Model)) throw invalidArgument('model', model, 'a loaded Model')
  const name = text(typeof queue === 'string' ? queue : queue?.name, 'queue')
  const given = typeof queue === 'string' ? undefined : queue.opts
  const {
    connection = /** @type {any} */ (given?.connection),
    prefix = given?.prefix,
    concurrency = model.parallel,
    maxStalledCount = 100,
    keepTokens = 3_600_000,
    ...others
  } = options
  if (typeof connection !== 'object' || connection === null) {
    throw invalidArgument('connection', connection, 'a client of ioredis, or its options')
  }
  return new ModelWorker(name, model, {
    ...others,
    ...(prefix === undefined ? {} : { prefix }),
    connection,
    concurrency: integerIn({ from: 1, to: mostKept })(concurrency, 'concurrency'),
    maxStalledCount: integerIn({ from: 0, to: mostKept })(maxStalledCount, 'maxStalledCount'),
    keepTokens: integerIn({ from: 1000, to: mostKept })(keepTokens, 'keepTokens'),
  })
}
