import { once } from 'node:events'
import { createServer } from 'node:http'
import { RealmError } from '../../lib/errors/RealmError.js'
import { refuseStrangers } from './refuseStrangers.js'

/** @import { ServerResponse } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */
/** @import { Handler } from '../../lib/server/types.d.ts' */

/** What is said to who speaks no HTTP, by Node's codes. @type {Record<string, [status: string, code: string]>} */
const REFUSALS = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request_timeout'],
}

/**
 * Has a handler answer at an address.
 *
 * @param {Handler} handler
 * @param {{ host: string, port: number, guarded: boolean, origins: readonly string[] }} options `guarded`: whether nobody but
 *   this machine's own programs may ask, and of pages those of `origins`
 * @returns {Promise<{ url: string, close(): Promise<void> }>} `close` ends the connections
 * @throws {RealmError} `IO_ERROR` if the address cannot be taken
 */
export async function startServer(handler, { host, port, guarded, origins }) {
  const settings = {
    headersTimeout: 15_000,
    requestTimeout: 60_000,
    // Longer than balancers keep theirs (60 seconds is usual): one that sends a request as the server hangs up has lost it.
    keepAliveTimeout: 75_000,
    requireHostHeader: false,
  }
  const server = createServer(settings, (request, response) => {
    if (request.headers.host === undefined) return refuse(response)
    if (guarded && refuseStrangers(request, response, origins)) return
    handler.node(request, response)
  })
  server.on('clientError', (error, socket) => {
    const [status, code] = REFUSALS[/** @type {NodeJS.ErrnoException} */ (error).code ?? ''] ?? [
      '400 Bad Request',
      'invalid_http',
    ]
    const body = refusal(code)
    if (socket.writable) {
      socket.end(
        `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      )
    } else socket.destroy()
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new RealmError(
      'IO_ERROR',
      `${host}:${port} cannot be listened at: ${/** @type {Error} */ (error).message}. Choose another --port or --host.`,
      { cause: error },
    )
  }
  const address = /** @type {AddressInfo} */ (server.address())
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      server.close()
      server.closeIdleConnections()
      await once(server, 'close')
    },
  }
}

/** Says what is wrong with a request without a host, which Node would refuse without a word. @param {ServerResponse} response */
function refuse(response) {
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' })
  response.end(refusal('invalid_http'))
}

/** @param {string} code */
function refusal(code) {
  const message = 'The request is no HTTP that is taken here.'
  return JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } })
}
