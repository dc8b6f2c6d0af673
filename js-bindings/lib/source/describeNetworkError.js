/** @type {Record<string, string>} */
const REASONS = {
  EAI_AGAIN: 'its name cannot be resolved now: there seems to be no network',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'it closed the connection',
  ENETUNREACH: 'its network cannot be reached',
  ENOTFOUND: 'its name cannot be resolved: there may be no network',
  EHOSTUNREACH: 'it cannot be reached',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer the request',
  UND_ERR_SOCKET: 'it closed the connection',
}

/**
 * Says in words why a request failed. `fetch` keeps the reason in nested causes.
 *
 * @param {unknown} error what `fetch` or its body threw
 * @returns {string} a clause about the server, with the system's code
 */
export function describeNetworkError(error) {
  let innermost = /** @type {any} */ (error)
  while (innermost?.cause || innermost?.errors?.length) innermost = innermost.cause ?? innermost.errors[0]
  const { code, message } = innermost ?? {}
  if (code in REASONS) return `${REASONS[code]} (${code})`
  return code ? `${message} (${code})` : String(message ?? error)
}
