import { CancelledError, LostLockError } from './stopReasons.js'

/** @import { JobStreams } from './JobStreams.js' */

/** Milliseconds between two looks. */
const INTERVAL_MS = 200

/** Stops the jobs of a worker that were cancelled, or that have another worker now. Redis is asked once for all of them. */
export class JobWatch {
  #streams
  #onError
  /** @type {Map<{ id: string, token: string }, AbortController>} the jobs that run */
  #running = new Map()
  /** @type {NodeJS.Timeout | undefined} */
  #timer

  /**
   * @param {JobStreams} streams
   * @param {(error: Error) => void} onError hears of a look that failed; the next one may do better
   */
  constructor(streams, onError) {
    this.#streams = streams
    this.#onError = onError
  }

  /**
   * Looks after a job that begins.
   *
   * @param {{ id: string, token: string }} job
   * @returns {{ signal: AbortSignal, end(): void }} `end` is to be called once it is over
   */
  begin(job) {
    const controller = new AbortController()
    this.#running.set(job, controller)
    this.#wait()
    return { signal: controller.signal, end: () => this.#running.delete(job) }
  }

  /**
   * Stops all that run.
   *
   * @param {Error} reason
   */
  stop(reason) {
    for (const controller of this.#running.values()) controller.abort(reason)
  }

  #wait() {
    this.#timer ??= setTimeout(async () => {
      await this.#look().catch(this.#onError)
      this.#timer = undefined
      if (this.#running.size > 0) this.#wait()
    }, INTERVAL_MS)
  }

  async #look() {
    const jobs = [...this.#running.keys()]
    if (jobs.length === 0) return
    const found = await this.#streams.look(jobs)
    for (const [index, state] of found.entries()) {
      const controller = this.#running.get(jobs[index])
      if (state === 'lost') controller?.abort(new LostLockError())
      else if (state !== 'held') controller?.abort(new CancelledError(state.slice('cancel:'.length)))
    }
  }
}
