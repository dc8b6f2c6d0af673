/** @import { IncomingMessage, ServerResponse } from 'node:http' */

/** The names of this machine to itself. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i

/**
 * Whether an address is this machine's own, which others cannot reach.
 *
 * @param {string} host
 */
export function isLoopback(host) {
  return LOOPBACK.test(host)
}

/**
 * Refuses what a page of somewhere else has this machine's browser ask: by a name that it has turned to this machine, or from an
 * origin that is not allowed. Other programs send no origin.
 *
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {readonly string[]} origins that may ask
 * @returns {boolean} whether it was refused
 */
export function refuseStrangers({ headers }, response, origins) {
  const name = nameOf(`http://${headers.host ?? ''}`)
  const { origin } = headers
  const isOwn =
    origin === undefined || origins.includes('*') || origins.includes(origin) || isLoopback(nameOf(origin))
  if (isOwn && isLoopback(name)) return false
  const message = isOwn
    ? 'The host of the address is not this machine: ask at localhost, or start the server with keys.'
    : 'Pages of this origin may not ask: start the server with --cors ORIGIN.'
  response.writeHead(403, { 'content-type': 'application/json', connection: 'close' })
  response.end(
    JSON.stringify({ error: { message, type: 'permission_error', param: null, code: 'origin_not_allowed' } }),
  )
  return true
}

/** @param {string} url */
function nameOf(url) {
  return URL.canParse(url) ? new URL(url).hostname : ''
}
