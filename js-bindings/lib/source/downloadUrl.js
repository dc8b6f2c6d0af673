import { setTimeout as delay } from 'node:timers/promises'
import { EnvHttpProxyAgent, fetch } from 'undici'
import { RealmError } from '../errors/RealmError.js'
import { describeNetworkError } from './describeNetworkError.js'
import { huggingFaceEndpoint } from './huggingFaceEndpoint.js'

/** @import { Response } from 'undici' */
/** @import { Origin, PartialFile } from './PartialFile.js' */

/** Milliseconds to reach a server, and to wait for its next bytes. */
const CONNECT_TIMEOUT = 10_000
const SILENCE_TIMEOUT = 30_000
/** Attempts in a row that bring less than this are counted. */
const PROGRESS = 1 << 20
const ATTEMPTS = 5
/** Statuses of a server that may answer better soon. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504])

/** A failure after which another attempt may go better. */
class PassingFailure extends Error {}

/**
 * Downloads an address into a partial file, from where an earlier download of the same content stopped (RFC 9110: Range
 * with If-Range). A broken connection is taken up again, at most five times in a row without progress; an address that
 * was never reached is given up at once. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are followed, and Hugging Face
 * receives `HF_TOKEN` where it is set.
 *
 * @param {string} url
 * @param {object} options
 * @param {PartialFile} options.into
 * @param {number} [options.size] the bytes that the file must have; another offer is refused before it is received
 * @param {AbortSignal} [options.signal]
 * @param {(received: number, total: number | undefined) => void} [options.onBytes] the bytes that are there so far
 * @param {number} [options.pause] milliseconds before the second attempt, doubled for each further one; default 500
 * @throws {RealmError} `DOWNLOAD_FAILED`: why this address did not deliver
 */
export async function downloadUrl(url, { into, size, signal, onBytes, pause = 500 }) {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_TIMEOUT },
    headersTimeout: SILENCE_TIMEOUT,
    bodyTimeout: SILENCE_TIMEOUT,
  })
  try {
    for (let attempt = 1; ; attempt++) {
      const before = (await into.received(url))?.received ?? 0
      try {
        await transfer(url, { dispatcher, into, size, signal, onBytes })
        return
      } catch (error) {
        if (signal?.aborted || !(error instanceof PassingFailure)) throw error
        const after = (await into.received(url))?.received ?? 0
        if (after - before >= PROGRESS) attempt = 1
        if (attempt >= ATTEMPTS) {
          throw new RealmError('DOWNLOAD_FAILED', `${error.message} (tried ${ATTEMPTS} times)`, {
            cause: error,
          })
        }
        await delay(pause * 2 ** (attempt - 1), undefined, { signal })
      }
    }
  } finally {
    await dispatcher.destroy()
  }
}

/**
 * One attempt.
 *
 * @param {string} url
 * @param {object} options
 * @param {EnvHttpProxyAgent} options.dispatcher
 * @param {PartialFile} options.into
 * @param {number} [options.size]
 * @param {AbortSignal} [options.signal]
 * @param {(received: number, total: number | undefined) => void} [options.onBytes]
 */
async function transfer(url, { dispatcher, into, size, signal, onBytes }) {
  const earlier = await into.received(url)
  if (earlier && earlier.received === earlier.total) return
  const response = await request(url, { dispatcher, signal, earlier })
  const { origin, start } = await readHeaders(response, { url, into, earlier })
  const total = origin.total ?? size
  if (size !== undefined && total !== size) {
    await response.body?.cancel()
    throw new RealmError('DOWNLOAD_FAILED', `the server offers ${total} bytes, expected ${size}`)
  }
  const handle = await into.write(origin, start)
  let received = start
  try {
    onBytes?.(received, total)
    for await (const chunk of readBody(response)) {
      await handle.writeFile(chunk)
      received += chunk.length
      if (size !== undefined && received > size) {
        throw new RealmError('DOWNLOAD_FAILED', `the server sends more than the expected ${size} bytes`)
      }
      onBytes?.(received, total)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (total !== undefined && received < total) {
    throw new PassingFailure(`the connection ended after ${received} of ${total} bytes`)
  }
}

/**
 * @param {string} url
 * @param {object} options
 * @param {EnvHttpProxyAgent} options.dispatcher
 * @param {AbortSignal} [options.signal]
 * @param {Origin & { received: number }} [options.earlier]
 */
async function request(url, { dispatcher, signal, earlier }) {
  /** @type {Record<string, string>} */
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'realm-ai' }
  if (earlier) {
    headers.range = `bytes=${earlier.received}-`
    headers['if-range'] = String(earlier.validator)
  }
  if (process.env.HF_TOKEN && url.startsWith(`${huggingFaceEndpoint()}/`)) {
    headers.authorization = `Bearer ${process.env.HF_TOKEN}`
  }
  try {
    return await fetch(url, { headers, signal, dispatcher })
  } catch (error) {
    if (signal?.aborted) throw error
    const reason = describeNetworkError(error)
    // What was reached before will probably be reached again; what never was is left to the next source at once.
    throw earlier ? new PassingFailure(reason) : new RealmError('DOWNLOAD_FAILED', reason, { cause: error })
  }
}

/**
 * Where the body starts in the file, and what it is a part of.
 *
 * @param {Response} response
 * @param {object} options
 * @param {string} options.url
 * @param {PartialFile} options.into
 * @param {Origin & { received: number }} [options.earlier]
 * @returns {Promise<{ origin: Origin, start: number }>}
 */
async function readHeaders(response, { url, into, earlier }) {
  const { status, headers } = response
  if (status === 200) {
    // Of an encoded body, length and validator are those of other bytes than the file's.
    const encoded = headers.has('content-encoding')
    const length = encoded ? null : headers.get('content-length')
    const validator = encoded ? null : readValidator(response)
    return { origin: { url, validator, total: length === null ? null : Number(length) }, start: 0 }
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '')
  if (status === 206 && earlier && range && Number(range[1]) === earlier.received) {
    const total = range[2] === '*' ? earlier.total : Number(range[2])
    return { origin: { url, validator: earlier.validator, total }, start: earlier.received }
  }
  await response.body?.cancel()
  if (status === 206 || status === 416) {
    await into.remove()
    throw new PassingFailure('the server does not resume the download')
  }
  const login =
    status === 401 || status === 403 ? '; a gated model of Hugging Face needs a token in HF_TOKEN' : ''
  const reason = `the server answers HTTP ${status} ${response.statusText}`.trimEnd() + login
  throw PASSING_STATUSES.has(status) ? new PassingFailure(reason) : new RealmError('DOWNLOAD_FAILED', reason)
}

/** @param {Response} response */
function readValidator({ headers }) {
  const etag = headers.get('etag')
  // A weak tag does not promise the same bytes, and If-Range does not take it.
  return etag && !etag.startsWith('W/') ? etag : headers.get('last-modified')
}

/** @param {Response} response */
async function* readBody(response) {
  const body = /** @type {AsyncIterable<Uint8Array>} */ (response.body ?? [])
  try {
    yield* body
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    throw new PassingFailure(`the connection broke: ${describeNetworkError(error)}`)
  }
}
