import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import { RealmError } from '../errors/RealmError.js'
import { hubHeaders } from './hub.js'

/** Milliseconds to reach a server, and to wait for its next bytes. */
const CONNECT_TIMEOUT = 10_000
const SILENCE_TIMEOUT = 30_000
const MOST_REDIRECTS = 10
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Where the environment names proxies. */
const PROXY_VARIABLES = ['https_proxy', 'http_proxy', 'all_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
])

/** @type {Record<string, string>} */
const REASONS = {
  EAI_AGAIN: 'its name cannot be resolved now: there seems to be no network',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'it closed the connection',
  ENETUNREACH: 'its network cannot be reached',
  ENOTFOUND: 'its name cannot be resolved: there may be no network',
  EHOSTUNREACH: 'it cannot be reached',
  EPIPE: 'it closed the connection',
  ETIMEDOUT: 'it does not answer',
}

/** What the network, not the server's answer, is the reason of. Its message is a clause about the server or the proxy. */
export class NetworkFailure extends Error {}

/**
 * An answer whose body is still to come.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} reason the status in words: `HTTP 404 Not Found`, with the proxy where there is one
 * @property {http.IncomingHttpHeaders} headers
 * @property {() => AsyncGenerator<Buffer>} read the body; throws a NetworkFailure where it breaks off before its length
 * @property {() => void} close gives up the rest of the body
 */

/**
 * Asks for what is at an address, and follows redirects. `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are
 * followed. The token of Hugging Face goes to its own addresses only, whoever redirects whereto.
 *
 * Node's own client is used, not `fetch`: undici's parser fails an assertion outside of every promise where a server ends
 * the connection after its answer while the reader is behind.
 *
 * @param {string} address http or https
 * @param {object} [options]
 * @param {Record<string, string>} [options.headers]
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<Answer>} whatever its status, if it is no redirect
 * @throws {NetworkFailure} where there was no answer
 * @throws {RealmError} `DOWNLOAD_FAILED` for a redirect that leads nowhere, or a proxy that cannot be used
 */
export async function openUrl(address, { headers, signal } = {}) {
  let url = new URL(address)
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const answer = await ask(url, { headers, signal })
    const { location } = answer.headers
    if (!REDIRECTS.has(answer.status) || location === undefined) return answer
    answer.close()
    if (!URL.canParse(location, url.href)) break
    url = new URL(location, url)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') break
  }
  throw new RealmError('DOWNLOAD_FAILED', 'the server redirects to nothing that can be fetched')
}

/**
 * @param {URL} url
 * @param {{ headers?: Record<string, string>, signal?: AbortSignal }} options
 * @returns {Promise<Answer>}
 */
async function ask(url, { headers, signal }) {
  const proxy = findProxy(url)
  const request = (url.protocol === 'https:' ? https : http).get(url, {
    agent: proxy ? proxyAgent(proxy, url) : false,
    signal,
    headers: { 'accept-encoding': 'identity', 'user-agent': 'realm-ai', ...headers, ...hubHeaders(url) },
  })
  // Until there is a connection, all that goes wrong is the proxy's, if there is one.
  let partner = proxy ? `the proxy ${proxy.origin}: ` : ''
  // Of a tunnel it is the proxy's answer; without one, all answers come through it.
  request.once('proxyConnect', ({ statusCode = 200, statusText }) => {
    if (statusCode === 200) partner = ''
    else request.destroy(new NetworkFailure(`it answers HTTP ${statusCode} ${statusText}`.trimEnd()))
  })
  const late = setTimeout(() => request.destroy(new NetworkFailure('it does not answer')), CONNECT_TIMEOUT)
  const connected = () => clearTimeout(late)
  request.once('socket', (socket) => (socket.connecting ? socket.once('connect', connected) : connected()))
  /** @type {http.IncomingMessage | undefined} */
  let response
  request.setTimeout(SILENCE_TIMEOUT).on('timeout', () => {
    if (response) response.destroy(new NetworkFailure('it stopped sending'))
    else request.destroy(new NetworkFailure('it does not answer the request'))
  })
  // Of what goes wrong after the answer has begun, its body tells.
  request.on('error', () => undefined)
  try {
    ;[response] = /** @type {[http.IncomingMessage]} */ (await once(request, 'response'))
    return answerOf(response, proxy)
  } catch (error) {
    if (signal?.aborted) throw error
    throw new NetworkFailure(partner + describeFailure(error), { cause: error })
  } finally {
    clearTimeout(late)
  }
}

/**
 * @param {http.IncomingMessage} response
 * @param {URL | undefined} proxy
 * @returns {Answer}
 */
function answerOf(response, proxy) {
  const { statusCode = 0, statusMessage = '', headers } = response
  // It may break before it is read; the reader hears of it then.
  response.on('error', () => undefined)
  return {
    status: statusCode,
    reason:
      `HTTP ${statusCode} ${statusMessage}`.trimEnd() + (proxy ? ` through the proxy ${proxy.origin}` : ''),
    headers,
    close: () => {
      response.destroy()
    },
    async *read() {
      try {
        yield* response
      } catch (error) {
        throw new NetworkFailure(describeFailure(error), { cause: error })
      }
    },
  }
}

/**
 * @param {URL} proxy
 * @param {URL} url
 */
function proxyAgent(proxy, url) {
  return url.protocol === 'https:' ? new HttpsProxyAgent(proxy) : new HttpProxyAgent(proxy)
}

/**
 * Says in words why there was no answer, or no more of it, with the system's code.
 *
 * @param {unknown} error
 */
function describeFailure(error) {
  if (error instanceof NetworkFailure) return error.message
  let innermost = /** @type {any} */ (error)
  while (innermost?.cause || innermost?.errors?.length) innermost = innermost.cause ?? innermost.errors[0]
  const { code, message } = innermost ?? {}
  if (code in REASONS) return `${REASONS[code]} (${code})`
  return code ? `${message} (${code})` : String(message ?? error)
}

/**
 * The proxy that the environment names for an address, as curl reads it: `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, unless
 * `NO_PROXY` leaves the address out. A proxy without a scheme is spoken to in HTTP.
 *
 * @param {URL} url
 * @returns {URL | undefined}
 * @throws {RealmError} `DOWNLOAD_FAILED` where what it names is no proxy that can be spoken to
 */
function findProxy(url) {
  const found = getProxyForUrl(url.href)
  if (found === '') return undefined
  // The library gives a proxy without a scheme that of the address.
  const bare = found.replace(/^https?:\/\//, '')
  const isBare = bare !== found && PROXY_VARIABLES.some((name) => process.env[name] === bare)
  const text = isBare ? `http://${bare}` : found
  const proxy = URL.canParse(text) ? new URL(text) : undefined
  if (proxy?.hostname && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) return proxy
  const shown = text.replace(/\/\/.*@/, '//')
  throw new RealmError(
    'DOWNLOAD_FAILED',
    `the environment names the proxy "${shown}" (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY); expected http://host:port`,
  )
}
