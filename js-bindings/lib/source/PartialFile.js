import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'

/** Bytes after which what is there is recorded anew. */
const RECORD_EVERY = 16 << 20
/** A run is halved for another connection only where each half has so many bytes. */
const SMALLEST_RUN = 8 << 20

/**
 * What a partial file came from.
 *
 * @typedef {object} Origin
 * @property {string} url the address
 * @property {string | null} validator a strong ETag or a Last-Modified date, which a resumed download must match; null
 *   where the server gave none, so that the download cannot be resumed
 * @property {number | null} total the whole file's bytes; null where the server did not say
 */

/**
 * Bytes that one connection brings: the next one, and where it stops (infinity where the length is not known).
 *
 * @typedef {{ at: number, end: number }} Run
 */

/**
 * A file that is being received, `PATH.part`, by several connections at once. Beside it, `PATH.part.json` holds its origin
 * and which runs of bytes are missing, so that it can be resumed.
 */
export class PartialFile {
  /** @type {Origin | undefined} */
  #origin
  /** Runs that no connection brings, and those that one does. @type {Run[]} */
  #idle = [{ at: 0, end: Number.POSITIVE_INFINITY }]
  /** @type {Set<Run>} */
  #running = new Set()
  /** @type {import('node:fs/promises').FileHandle | undefined} */
  #handle
  #record
  #unrecorded = 0
  #recording = Promise.resolve()

  /** @param {string} path the path of the finished file */
  constructor(path) {
    /** Where the bytes are. */
    this.path = `${path}.part`
    this.#record = `${path}.part.json`
  }

  /** What it comes from; undefined before the first answer. */
  get origin() {
    return this.#origin
  }

  /** Whether another connection can go on from where one stopped. */
  get isResumable() {
    return this.#origin !== undefined && this.#origin.validator !== null
  }

  /** The bytes from the start that are there without a gap. */
  get prefix() {
    return Math.min(this.#origin?.total ?? Number.POSITIVE_INFINITY, ...this.#missing().map(({ at }) => at))
  }

  /** The bytes that are there. */
  get received() {
    const total = this.#origin?.total
    if (total == null) return this.prefix
    return this.#missing().reduce((rest, { at, end }) => rest - Math.max(0, end - at), total)
  }

  /**
   * Opens what an earlier download from the same address left, if it can be resumed.
   *
   * @param {string} url
   */
  async resume(url) {
    const record = await this.#readRecord()
    if (record?.origin.url !== url || record.origin.validator === null) return
    const size = await stat(this.path).then(
      (found) => found.size,
      () => 0,
    )
    const { total } = record.origin
    const last = record.missing.at(-1)
    const written = last && last.end === (total ?? Number.POSITIVE_INFINITY) ? last.at : Number(total)
    if (size === 0 || size < written) return
    this.#origin = record.origin
    this.#idle = record.missing
    this.#handle = await open(this.path, 'r+')
  }

  /**
   * Starts the file over, for a connection that brings all of it.
   *
   * @param {Origin} origin
   * @param {Run} run becomes the whole file
   */
  async start(origin, run) {
    await this.close()
    // The old bytes are gone before the new origin stands: bytes never stand beside an origin that they are not from.
    await rm(this.path, { force: true })
    this.#origin = origin
    this.#idle = []
    this.#running = new Set([run])
    Object.assign(run, { at: 0, end: origin.total ?? Number.POSITIVE_INFINITY })
    this.#handle = await open(this.path, 'w+')
    await this.#writeRecord()
  }

  /**
   * Bytes for another connection to bring: such as nobody brings, else half of what the slowest still has to bring.
   *
   * @returns {Run | undefined} undefined where nothing is left that is worth a connection
   */
  take() {
    let run = this.#idle.shift()
    if (!run) {
      const [most] = [...this.#running].sort((a, b) => b.end - b.at - (a.end - a.at))
      if (!most || most.end === Number.POSITIVE_INFINITY || most.end - most.at < 2 * SMALLEST_RUN)
        return undefined
      run = { at: most.at + Math.ceil((most.end - most.at) / 2), end: most.end }
      most.end = run.at
    }
    this.#running.add(run)
    return run
  }

  /**
   * Gives back what a connection has not brought.
   *
   * @param {Run} run
   */
  putBack(run) {
    if (this.#running.delete(run) && run.at < run.end) this.#idle.unshift(run)
  }

  /**
   * Writes the next bytes of a run.
   *
   * @param {Run} run
   * @param {Uint8Array} bytes
   */
  async write(run, bytes) {
    const handle = /** @type {import('node:fs/promises').FileHandle} */ (this.#handle)
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, run.at)
      done += bytesWritten
      run.at += bytesWritten
    }
    this.#unrecorded += bytes.length
    if (this.#unrecorded < RECORD_EVERY) return
    this.#unrecorded = 0
    this.#recording = this.#recording.then(() => this.#writeRecord())
    await this.#recording
  }

  /** Ends a file whose length was not known: it is as long as what came. */
  end() {
    if (this.#origin?.total !== null) return
    this.#origin.total = this.received
    this.#running.clear()
  }

  /** Records what is there, for a later download, and closes the file. */
  async close() {
    if (!this.#handle) return
    await this.#recording
    await this.#writeRecord()
    await this.#handle.close()
    this.#handle = undefined
  }

  /** Removes the bytes and their record. */
  async remove() {
    await this.#handle?.close()
    this.#handle = undefined
    this.#origin = undefined
    this.#idle = [{ at: 0, end: Number.POSITIVE_INFINITY }]
    this.#running.clear()
    await rm(this.path, { force: true })
    await rm(this.#record, { force: true })
  }

  /** In order, without the seams between connections. */
  #missing() {
    const runs = [...this.#idle, ...this.#running].filter(({ at, end }) => at < end)
    runs.sort((a, b) => a.at - b.at)
    /** @type {Run[]} */
    const merged = []
    for (const { at, end } of runs) {
      const last = merged.at(-1)
      if (last && last.end >= at) last.end = Math.max(last.end, end)
      else merged.push({ at, end })
    }
    return merged
  }

  async #writeRecord() {
    const missing = this.#missing().map(({ at, end }) => [at, Number.isFinite(end) ? end : null])
    // The bytes first: a record never claims what a power failure may still take away.
    await this.#handle?.datasync()
    await writeFile(`${this.#record}.new`, JSON.stringify({ ...this.#origin, missing }))
    await rename(`${this.#record}.new`, this.#record)
  }

  async #readRecord() {
    try {
      const { missing, ...origin } = JSON.parse(await readFile(this.#record, 'utf8'))
      /** @type {Run[]} */
      const runs = missing.map((/** @type {[number, number | null]} */ [at, end]) => ({
        at,
        end: end ?? Number.POSITIVE_INFINITY,
      }))
      return { origin: /** @type {Origin} */ (origin), missing: runs }
    } catch {
      // Missing, or cut off by a crash: what stands beside it cannot be trusted, and the download starts over.
      return undefined
    }
  }
}
