import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { downloadUrl } from '../../js-bindings/lib/source/downloadUrl.js'
import { PartialFile } from '../../js-bindings/lib/source/PartialFile.js'
import { FileServer } from './FileServer.js'
import { temporaryCache } from './temporaryCache.js'

describe('A download through a proxy', () => {
  const cache = temporaryCache()
  const content = randomBytes(100_000)
  /** What the proxy was asked for. @type {string[]} */
  let asked
  /** How it answers a request for a tunnel. @type {(socket: import('node:stream').Duplex) => void} */
  let tunnel
  /** @type {import('node:http').Server} */
  let proxy
  /** @type {FileServer} */
  let server
  /** @type {PartialFile} */
  let into
  /** Its host and port. */
  let at = ''

  beforeEach(async () => {
    server = await new FileServer().start()
    server.files.set('model.gguf', content)
    asked = []
    tunnel = (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    proxy = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      request(String(incoming.url), { headers: incoming.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      }).end()
    })
    proxy.on('connect', ({ method, url }, socket) => {
      asked.push(`${method} ${url}`)
      socket.on('error', () => undefined)
      tunnel(socket)
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    at = `127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (proxy.address()).port}`
    into = new PartialFile(join(cache.path, 'model.gguf'))
  })
  afterEach(async () => {
    await server.stop()
    proxy.closeAllConnections()
    proxy.close()
  })

  const download = (url = server.url('model.gguf')) => downloadUrl(url, { into, wait: async () => undefined })

  for (const scheme of ['http://', '']) {
    it(`takes a proxy ${scheme === '' ? 'without a scheme' : 'with one'}`, async () => {
      process.env.HTTP_PROXY = `${scheme}${at}`
      await download()
      assert.ok(readFileSync(into.path).equals(content))
      assert.deepEqual(asked, [`GET ${server.url('model.gguf')}`])
    })

    it(`asks a proxy ${scheme === '' ? 'without a scheme' : 'with one'} for a tunnel to https`, async () => {
      process.env.HTTPS_PROXY = `${scheme}${at}`
      /** @type {Buffer[]} */
      const received = []
      tunnel = (socket) => {
        socket.on('data', (bytes) => {
          received.push(bytes)
          socket.destroy()
        })
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      }
      await assert.rejects(download('https://models.example/model.gguf'), { code: 'DOWNLOAD_FAILED' })
      assert.deepEqual(asked, ['CONNECT models.example:443'])
      assert.equal(received[0][0], 0x16, 'a handshake of TLS, to the server and not to the proxy')
    })
  }

  it('names a proxy that refuses', async () => {
    process.env.HTTPS_PROXY = `http://user:password@${at}`
    await assert.rejects(download('https://models.example/model.gguf'), ({ code, message }) => {
      assert.equal(code, 'DOWNLOAD_FAILED')
      assert.match(
        message,
        /^the proxy http:\/\/127\.0\.0\.1:\d+: it answers HTTP 407 Proxy Authentication Required$/,
      )
      return true
    })
  })

  it('names a proxy that cannot be reached', async () => {
    for (const [name, url] of [
      ['HTTPS_PROXY', 'https://models.example/model.gguf'],
      ['HTTP_PROXY', server.url('model.gguf')],
    ]) {
      process.env[name] = '127.0.0.1:9'
      await assert.rejects(download(url), {
        code: 'DOWNLOAD_FAILED',
        message: 'the proxy http://127.0.0.1:9: it refuses the connection (ECONNREFUSED)',
      })
    }
  })

  it('names the proxy with what is answered through it', async () => {
    process.env.HTTP_PROXY = at
    await assert.rejects(download(server.url('none.gguf')), {
      message: `the server answers HTTP 404 Not Found through the proxy http://${at}`,
    })
  })

  it('says what it expects where a proxy is of another kind, and repeats no password', async () => {
    process.env.HTTP_PROXY = 'socks5://user:password@proxy.example:1080'
    await assert.rejects(download(), {
      code: 'DOWNLOAD_FAILED',
      message:
        'the environment names the proxy "socks5://proxy.example:1080" (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY); ' +
        'expected http://host:port',
    })
  })

  it('goes around the proxy where NO_PROXY says so', async () => {
    process.env.HTTP_PROXY = at
    process.env.NO_PROXY = '127.0.0.1'
    await download()
    assert.deepEqual(asked, [])
  })
})
