import { setTimeout as delay } from 'node:timers/promises'
import { throwIfAborted } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { explainRefusal } from './hub.js'
import { NetworkFailure, openUrl } from './openUrl.js'

/** @import { Answer } from './openUrl.js' */
/** @import { PartialFile, Run } from './PartialFile.js' */

/** Connections at once, where the server sends ranges. */
const CONNECTIONS = 4
/** Attempts in a row that bring less than this are counted. */
const PROGRESS = 1 << 20
const ATTEMPTS = 5
/** Milliseconds before the second attempt, doubled for each further one. */
const PAUSE = 500
/** The longest that a server may ask to wait, in milliseconds. */
const LONGEST_WAIT = 60_000
/** Bytes after which the file's head is looked at first, doubled for each further look. */
const FIRST_LOOK = 64 << 10
/** Statuses of a server that may answer better soon. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504])

/** A failure after which another attempt may go better. */
export class PassingFailure extends Error {
  /** The server answers, but not this connection: the milliseconds that it asks to wait. @type {number | undefined} */
  retryAfter
}

/** What is there is of no use: the content changed, or the server does not resume. */
class StartOver extends PassingFailure {}

/**
 * How a file is received.
 *
 * @typedef {object} DownloadOptions
 * @property {PartialFile} into
 * @property {number} [size] the bytes that the file must have; another offer is refused before it is received
 * @property {(available: number, total: number | undefined) => Promise<boolean>} [admit] looks at the file's head in
 *   `into`: throws to refuse the file, false where it needs more bytes; one connection brings bytes until it is content
 * @property {AbortSignal} [signal]
 * @property {(received: number, total: number | undefined) => void} [onBytes] the bytes that are there so far
 * @property {(milliseconds: number, signal: AbortSignal) => Promise<void>} [wait] waits between attempts
 */

/**
 * Downloads an address into a partial file: by four connections at once where the server sends ranges, from where an
 * earlier download of the same content stopped (RFC 9110: Range with If-Range). A broken connection is taken up again, at
 * most five times in a row without progress, after the time that the server asks for; an address that was never reached is
 * given up at once.
 *
 * @param {string} url
 * @param {DownloadOptions} options
 * @throws {RealmError} `DOWNLOAD_FAILED`: why this address did not deliver
 * @throws {import('../errors/AbortError.js').AbortError}
 */
export async function downloadUrl(url, options) {
  const { into } = options
  await into.resume(url)
  try {
    for (let round = 1, connections = CONNECTIONS; ; round++, connections = 1) {
      try {
        await new Download(url, options, connections).run()
        return
      } catch (error) {
        if (!(error instanceof StartOver)) throw error
        if (round === ATTEMPTS) throw givenUp(error)
        await into.remove()
      }
    }
  } finally {
    await into.close()
  }
}

/** One round: all connections that bring a file, until it is there or one fails for good. */
class Download {
  #url
  #options
  #connections
  #into
  #stop = new AbortController()
  #signal
  /** The connections' work, to which more is added while it is waited for. @type {Promise<void>[]} */
  #work = []
  #active = 0
  #admitted
  #nextLook = FIRST_LOOK
  /** @type {unknown} */
  #failure

  /**
   * @param {string} url
   * @param {DownloadOptions} options
   * @param {number} connections the most at once
   */
  constructor(url, options, connections) {
    this.#url = url
    this.#options = options
    this.#connections = connections
    this.#into = options.into
    this.#admitted = options.admit === undefined
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal
  }

  async run() {
    if (this.#into.origin) await this.#look()
    this.#work.push(this.#connect())
    for (const connection of this.#work) await connection
    throwIfAborted(this.#options.signal)
    if (this.#failure !== undefined) throw this.#failure
  }

  /** One connection after the other, until no bytes are left for them. */
  async #connect() {
    this.#active++
    try {
      let failures = 0
      for (let run = this.#into.take(); run; run = this.#into.take()) {
        const start = run.at
        try {
          await this.#transfer(run)
          failures = 0
        } catch (error) {
          if (!(error instanceof PassingFailure) || error instanceof StartOver || this.#signal.aborted)
            throw error
          // A server that does not want so many connections has others that go on.
          if (error.retryAfter !== undefined && this.#active > 1) return
          failures = run.at - start >= PROGRESS ? 1 : failures + 1
          if (failures === ATTEMPTS) throw givenUp(error)
          const { wait = (ms, signal) => delay(ms, undefined, { signal }) } = this.#options
          await wait(Math.max(PAUSE * 2 ** (failures - 1), error.retryAfter ?? 0), this.#signal)
        } finally {
          this.#into.putBack(run)
        }
      }
    } catch (error) {
      this.#failure ??= error
      this.#stop.abort()
    } finally {
      this.#active--
    }
  }

  /** @param {Run} run */
  async #transfer(run) {
    const answer = await this.#ask(run)
    try {
      await this.#begin(answer, run)
      for await (const chunk of answer.read()) {
        const room = run.end - run.at
        if (chunk.length > room && run.end === this.#into.origin?.total) {
          throw failed(`the server sends more than the expected ${run.end} bytes`)
        }
        await this.#into.write(run, chunk.subarray(0, room))
        this.#report()
        if (!this.#admitted && this.#into.prefix >= this.#nextLook) await this.#look()
        // Also where another connection has taken the rest over.
        if (run.at >= run.end) break
      }
    } catch (error) {
      if (error instanceof NetworkFailure) throw new PassingFailure(`the connection broke: ${error.message}`)
      throw error
    } finally {
      answer.close()
    }
    if (run.end === Number.POSITIVE_INFINITY) this.#into.end()
    else if (run.at < run.end) {
      throw new PassingFailure(
        `the connection ended after ${this.#into.received} of ${this.#into.origin?.total} bytes`,
      )
    }
    if (!this.#admitted && this.#into.prefix === this.#into.origin?.total) await this.#look()
  }

  /** @param {Run} run */
  async #ask(run) {
    const { origin, isResumable } = this.#into
    /** @type {Record<string, string>} */
    const headers = {}
    if (isResumable) {
      headers.range = `bytes=${run.at}-${run.end === origin?.total || !Number.isFinite(run.end) ? '' : run.end - 1}`
      headers['if-range'] = String(origin?.validator)
    }
    try {
      return await openUrl(this.#url, { headers, signal: this.#signal })
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error
      // What was reached before will probably be reached again; what never was is left to the next source at once.
      throw origin ? new PassingFailure(error.message) : failed(error.message, error)
    }
  }

  /**
   * Takes an answer's head: whether its body is what the run wants.
   *
   * @param {Answer} answer
   * @param {Run} run
   */
  async #begin(answer, run) {
    const { status, headers } = answer
    if (status === 200) {
      // An answer to a range: the content has changed, or there are no ranges.
      if (this.#active > 1) throw new StartOver('the server does not resume the download')
      const origin = this.#originOf(headers)
      await this.#into.start(origin, run)
      this.#admitted = this.#options.admit === undefined
      this.#nextLook = FIRST_LOOK
      if (headers['accept-ranges'] !== 'bytes') this.#connections = 1
    } else if (status === 206 || status === 416) {
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
      const total = range?.[2] === '*' ? this.#into.origin?.total : Number(range?.[2])
      if (!this.#into.isResumable || Number(range?.[1]) !== run.at || total !== this.#into.origin?.total) {
        throw new StartOver('the server does not resume the download')
      }
    } else {
      throw refusalOf(answer)
    }
    this.#report()
    if (this.#admitted) this.#addConnections()
  }

  /** @param {import('node:http').IncomingHttpHeaders} headers */
  #originOf(headers) {
    const { size } = this.#options
    // Of an encoded body, length and validator are those of other bytes than the file's.
    const isEncoded = headers['content-encoding'] !== undefined
    const length = isEncoded ? undefined : headers['content-length']
    const total = length === undefined ? (size ?? null) : Number(length)
    if (size !== undefined && total !== size) {
      throw failed(`the server offers ${total} bytes, expected ${size}`)
    }
    // A weak tag does not promise the same bytes, and If-Range does not take it.
    const { etag = '' } = headers
    const validator = etag !== '' && !etag.startsWith('W/') ? etag : headers['last-modified']
    return { url: this.#url, validator: isEncoded ? null : (validator ?? null), total }
  }

  /** Has the file's head looked at, and more connections added once it is found good. */
  async #look() {
    const { admit } = this.#options
    const { prefix, origin } = this.#into
    if (this.#admitted || !admit) return
    this.#nextLook = Math.max(2 * prefix, FIRST_LOOK)
    this.#admitted = await admit(prefix, origin?.total ?? undefined)
    if (this.#admitted && this.#work.length > 0) this.#addConnections()
  }

  #addConnections() {
    if (!this.#into.isResumable) return
    while (this.#work.length < this.#connections) this.#work.push(this.#connect())
  }

  #report() {
    this.#options.onBytes?.(this.#into.received, this.#into.origin?.total ?? undefined)
  }
}

/**
 * Why an answer is none: a PassingFailure where the server may answer better soon.
 *
 * @param {Answer} answer whose status is neither 200 nor 206
 * @returns {PassingFailure | RealmError}
 */
export function refusalOf(answer) {
  const reason = `the server answers ${answer.reason}${explainRefusal(answer)}`
  if (!PASSING_STATUSES.has(answer.status)) return failed(reason)
  const failure = new PassingFailure(reason)
  failure.retryAfter = readRetryAfter(answer.headers['retry-after'])
  return failure.retryAfter > LONGEST_WAIT
    ? failed(`${reason}; it asks to come back in ${Math.ceil(failure.retryAfter / 1000)} seconds`)
    : failure
}

/**
 * @param {string} reason
 * @param {unknown} [cause]
 */
function failed(reason, cause) {
  return new RealmError('DOWNLOAD_FAILED', reason, { cause })
}

/** @param {Error} error */
function givenUp(error) {
  return failed(`${error.message} (tried ${ATTEMPTS} times)`, error)
}

/**
 * The milliseconds that a Retry-After header asks to wait: seconds, or a date; 0 without one.
 *
 * @param {string | undefined} header
 */
function readRetryAfter(header = '') {
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now())
}
