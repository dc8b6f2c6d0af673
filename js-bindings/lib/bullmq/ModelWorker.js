import { UnrecoverableError, WaitingError, Worker } from 'bullmq'
import { RealmError } from '../errors/RealmError.js'
import { AnswerWriter } from './AnswerWriter.js'
import { JobStreams } from './JobStreams.js'
import { JobWatch } from './JobWatch.js'
import { openRedis } from './openRedis.js'
import { readJob } from './readJob.js'
import { CancelledError, ClosingError, LostLockError } from './stopReasons.js'

/** @import { Job } from 'bullmq' */
/** @import { Model } from '../Model.js' */
/** @import { WorkerOptions } from './types.d.ts' */

/** Milliseconds between two reports of how far a text is. */
const PROGRESS_MS = 1000

/**
 * What another attempt may mend: the model was too busy, or a machine too small. Everything else that the model refuses it will
 * refuse again.
 *
 * @type {ReadonlySet<string>}
 */
const PASSING = new Set(['OVERLOADED', 'OUT_OF_MEMORY', 'QUOTA_EXCEEDED', 'IO_ERROR', 'INTERNAL'])

/** A worker of BullMQ that has a model do the jobs. `createWorker` makes it. */
export class ModelWorker extends Worker {
  #model
  #streams
  #watch
  #keepMs

  /**
   * @param {string} name of the queue
   * @param {Model} model
   * @param {Required<Pick<WorkerOptions, 'connection' | 'concurrency' | 'maxStalledCount' | 'keepTokens'>> & WorkerOptions} options
   */
  constructor(name, model, { connection, keepTokens, ...options }) {
    const { redis, release } = openRedis(connection)
    super(name, (job, token) => this.#run(job, String(token)), {
      ...options,
      connection: redis,
      autorun: false,
    })
    this.#model = model
    this.#keepMs = keepTokens
    this.#streams = new JobStreams(redis, (type) => this.toKey(type))
    this.#watch = new JobWatch(this.#streams, (error) => this.emit('error', error))
    this.on('completed', (job, result) => this.#tellEnd(job, { result }))
    this.on('failed', (job, error) => {
      if (job?.finishedOn) this.#tellEnd(job, { failedReason: error.message })
    })
    this.on('closed', release)
    if (options.autorun !== false) this.run().catch((error) => this.emit('error', error))
  }

  /**
   * Takes no more jobs, and waits for those that run.
   *
   * @param {boolean} [abort] stops those that run: they go back to the queue, and lose no attempt; default false
   * @returns {Promise<void>}
   */
  async close(abort = false) {
    const closed = super.close()
    if (abort) this.#watch.stop(new ClosingError())
    await closed
  }

  async [Symbol.asyncDispose]() {
    await this.close()
  }

  /**
   * @param {Job} job
   * @param {string} token of its lock
   */
  async #run(job, token) {
    const id = String(job.id)
    const watched = this.#watch.begin({ id, token })
    try {
      return await this.#answer(job, { id, token, keepMs: this.#keepMs }, watched.signal)
    } catch (error) {
      return await this.#fail(job, token, watched.signal.aborted ? watched.signal.reason : error)
    } finally {
      watched.end()
    }
  }

  /**
   * @param {Job} job
   * @param {{ id: string, token: string, keepMs: number }} held
   * @param {AbortSignal} signal
   */
  async #answer(job, held, signal) {
    const seedOf = `${this.name} ${held.id} ${job.timestamp}`
    const answer = readJob(job.data, { seedOf, priority: job.opts.priority ?? 0 })
    const writer = new AnswerWriter(await this.#streams.read(held.id), (entries) =>
      this.#streams.append(held, entries),
    )
    const report = progressOf(job, (error) => this.emit('error', error))
    const result = await answer(this.#model, {
      signal,
      onEvent: (event) => {
        writer.push(event)
        report(event)
      },
    })
    await writer.end()
    return result
  }

  /**
   * @param {Job} job
   * @param {string} token
   * @param {any} error
   * @returns {Promise<never>}
   */
  async #fail(job, token, error) {
    if (error instanceof CancelledError) throw new UnrecoverableError(`ABORTED: ${error.message}`)
    // Nothing that this worker says of the job counts any more: BullMQ refuses it.
    if (error instanceof LostLockError) throw error
    if (error instanceof ClosingError || isDisposal(error)) {
      // A worker without its model would take the job again at once.
      if (!(error instanceof ClosingError)) this.close().catch((cause) => this.emit('error', cause))
      await job.moveToWait(token)
      throw new WaitingError()
    }
    if (!(error instanceof RealmError)) throw error
    const message = `${error.code}: ${error.message}`
    throw PASSING.has(error.code) ? new Error(message, { cause: error }) : new UnrecoverableError(message)
  }

  /**
   * @param {Job} job that is over
   * @param {{ result?: unknown, failedReason?: string }} outcome
   */
  #tellEnd(job, outcome) {
    const { removeOnComplete, removeOnFail } = { ...this.opts, ...job.opts }
    const isRemoved = Boolean('result' in outcome ? removeOnComplete : removeOnFail)
    this.#streams
      .end(String(job.id), isRemoved ? outcome : {}, this.#keepMs)
      .catch((error) => this.emit('error', error))
  }
}

/** @param {unknown} error @returns whether the model was disposed, before or while it worked on a job */
function isDisposal(error) {
  return error instanceof RealmError && (error.code === 'DISPOSED' || error.code === 'ABORTED')
}

/**
 * @param {Job} job
 * @param {(error: Error) => void} onError
 * @returns {(event: { type: string }) => void} is called with each piece
 */
function progressOf(job, onError) {
  let pieces = 0
  let reported = Date.now()
  return ({ type }) => {
    if (type === 'finish') return
    pieces++
    if (Date.now() - reported < PROGRESS_MS) return
    reported = Date.now()
    job.updateProgress({ pieces }).catch(onError)
  }
}
