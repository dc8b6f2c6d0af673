import { open } from 'node:fs/promises'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { refusalOf } from './downloadUrl.js'
import { checkExtents, readGgufHead } from './ggufHead.js'
import { NetworkFailure, openUrl } from './openUrl.js'

/** @import { FileHandle } from 'node:fs/promises' */

/** Bytes that are asked for at first, and how many times as many the next time: vocabularies take 2 to 15 MB. */
const FIRST_BYTES = 1 << 20
const GROWTH = 4

/**
 * Receives what a GGUF file says before its tensors' data, and not more than a little of these. A server that sends no
 * ranges is left as soon as it is there.
 *
 * @param {string} url http or https
 * @param {string} path of the file that receives it
 * @param {AbortSignal} [signal]
 * @throws {RealmError} `DOWNLOAD_FAILED`, `GGUF_INVALID`, `GGUF_UNSUPPORTED_VERSION` or `GGUF_TRUNCATED`
 * @throws {AbortError}
 */
export async function fetchHead(url, path, signal) {
  const file = await open(path, 'w')
  try {
    await new Head(url, path, file, signal).receive()
  } catch (error) {
    if (signal?.aborted) throw new AbortError(signal.reason)
    if (error instanceof RealmError && error.code !== 'DOWNLOAD_FAILED') throw error
    const { message } = /** @type {Error} */ (error)
    throw new RealmError('DOWNLOAD_FAILED', `${url}: ${message}.`, { cause: error })
  } finally {
    await file.close()
  }
}

/** The start of a file, as far as it has come. */
class Head {
  #url
  #path
  #file
  #signal
  #received = 0
  /** How much there has to be before it is looked at. */
  #wanted = FIRST_BYTES
  /** @type {number | undefined} bytes of the whole file */
  #total

  /**
   * @param {string} url
   * @param {string} path
   * @param {FileHandle} file
   * @param {AbortSignal} [signal]
   */
  constructor(url, path, file, signal) {
    this.#url = url
    this.#path = path
    this.#file = file
    this.#signal = signal
  }

  async receive() {
    while (!(await this.#receiveMore())) this.#wanted *= GROWTH
  }

  /** Asks for what is wanted and not there yet; whether the head is there now. */
  async #receiveMore() {
    const headers = { range: `bytes=${this.#received}-${this.#wanted - 1}` }
    const answer = await openUrl(this.#url, { headers, signal: this.#signal })
    try {
      this.#accept(answer)
      for await (const chunk of answer.read()) {
        await this.#file.write(chunk, 0, chunk.length, this.#received)
        this.#received += chunk.length
        // Without ranges, all of the file would follow.
        if (answer.status === 200 && this.#received >= this.#wanted) {
          if (await this.#isThere()) return true
          this.#wanted *= GROWTH
        }
      }
      return await this.#isThere()
    } finally {
      answer.close()
    }
  }

  /** @param {import('./openUrl.js').Answer} answer */
  #accept(answer) {
    const { status, headers } = answer
    if (status === 206) {
      const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
      if (Number(start) !== this.#received)
        throw new NetworkFailure('the server sends another range than was asked for')
      this.#total = total === '*' ? undefined : Number(total)
    } else if (status === 200) {
      this.#received = 0
      const length = headers['content-length']
      this.#total = length === undefined ? undefined : Number(length)
    } else throw refusalOf(answer)
  }

  async #isThere() {
    const head = await readGgufHead(this.#path, this.#received, this.#total)
    if (head === undefined) return false
    if (this.#total !== undefined) checkExtents(head, this.#total)
    return true
  }
}
