import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port of loopback that nobody has; a server that is started at once may take it.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return port
}
