import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { downloadUrl } from '../../js-bindings/lib/source/downloadUrl.js'
import { PartialFile } from '../../js-bindings/lib/source/PartialFile.js'
import { FileServer } from './FileServer.js'
import { temporaryCache } from './temporaryCache.js'

describe('A download by several connections', function () {
  this.timeout(20_000)
  const cache = temporaryCache()
  const content = randomBytes(40_000_000)
  /** @type {FileServer} */
  let server
  /** @type {PartialFile} */
  let into
  /** @type {number[]} */
  let waits

  beforeEach(async () => {
    server = await new FileServer().start()
    server.files.set('model.gguf', content)
    into = new PartialFile(join(cache.path, 'model.gguf'))
    waits = []
  })
  afterEach(() => server.stop())

  const download = (options = {}) =>
    downloadUrl(server.url('model.gguf'), { into, wait: async (ms) => void waits.push(ms), ...options })
  const ranges = () => server.requests.map(({ headers }) => headers.range)
  const mustBeWhole = () => assert.ok(readFileSync(into.path).equals(content))

  it('asks for four ranges at once, and puts them together', async () => {
    /** @type {number[]} */
    const received = []
    await download({ onBytes: (/** @type {number} */ bytes) => received.push(bytes) })
    mustBeWhole()
    const [first, ...others] = ranges()
    assert.equal(first, undefined)
    assert.deepEqual(others.slice(0, 3), ['bytes=20000000-', 'bytes=10000000-19999999', 'bytes=30000000-'])
    assert.deepEqual(
      [...received].sort((a, b) => a - b),
      received,
      'the count never falls',
    )
    assert.equal(received.at(-1), content.length)
  })

  it('keeps to one connection where the server does not say that it sends ranges', async () => {
    server.ranges = false
    await download()
    mustBeWhole()
    assert.deepEqual(ranges(), [undefined])
  })

  it('starts over by one connection where the server does not keep its word', async () => {
    const answer = server.answer
    server.answer = (request, response) => {
      delete request.headers.range
      answer(request, response)
    }
    await download()
    mustBeWhole()
    assert.equal(ranges().at(-1), undefined)
  })

  it('takes up each connection that breaks', async () => {
    for (const bytes of [3_000_000, 2_000_000, 1_000_000, 500_000]) server.planBreak(bytes)
    await download()
    mustBeWhole()
  })

  it('resumes only what is missing', async () => {
    const controller = new AbortController()
    const aborted = download({
      signal: controller.signal,
      onBytes: (/** @type {number} */ bytes) => bytes > 15_000_000 && controller.abort(),
    })
    await assert.rejects(aborted, { name: 'AbortError' })
    const before = server.requests.length
    into = new PartialFile(join(cache.path, 'model.gguf'))
    await download({
      onBytes: (/** @type {number} */ bytes) => assert.ok(bytes > 15_000_000, `${bytes} bytes are there`),
    })
    mustBeWhole()
    assert.ok(
      ranges()
        .slice(before)
        .every((range) => range !== undefined),
    )
  })

  it('goes on with fewer connections where a server wants no more', async () => {
    server.plan((request, response) => server.answer(request, response))
    for (let i = 0; i < 3; i++) {
      server.plan((_request, response) => response.writeHead(429, { 'retry-after': '50' }).end())
    }
    await download()
    mustBeWhole()
    assert.deepEqual(waits, [])
  })

  it('waits as long as the server asks', async () => {
    server.plan((_request, response) => response.writeHead(429, { 'retry-after': '7' }).end())
    const soon = new Date(Date.now() + 20_000).toUTCString()
    server.plan((_request, response) => response.writeHead(503, { 'retry-after': soon }).end())
    await download()
    mustBeWhole()
    assert.equal(waits[0], 7_000)
    assert.ok(waits[1] > 10_000 && waits[1] <= 20_000, `waited ${waits[1]}`)
  })

  it('says when to come back where that is too long to wait', async () => {
    server.plan((_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end())
    await assert.rejects(download(), {
      code: 'DOWNLOAD_FAILED',
      message: /HTTP 429 .*; it asks to come back in 3600 seconds/,
    })
    assert.equal(server.requests.length, 1)
  })

  it('takes up what a server cut short of the length that it named', async () => {
    server.plan((_request, response) => {
      const headers = { 'content-length': content.length, etag: '"one"', 'accept-ranges': 'bytes' }
      response.writeHead(200, headers)
      response.write(content.subarray(0, 1000), () => response.destroy())
    })
    server.plan((request, response) => {
      assert.equal(request.headers['if-range'], '"one"')
      const start = Number(/^bytes=(\d+)-/.exec(String(request.headers.range))?.[1])
      response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` })
      response.end(content.subarray(start))
    })
    await download()
    mustBeWhole()
  })

  it('asks for no more than one connection’s worth until the head is found good', async () => {
    /** @type {number[]} */
    const looks = []
    await download({
      admit: async (/** @type {number} */ available) => {
        looks.push(available)
        assert.equal(server.requests.length, 1)
        return looks.length === 3
      },
    })
    mustBeWhole()
    assert.equal(looks.length, 3)
    assert.ok(server.requests.length >= 4)
  })
})

describe('A download from a server that ends the connection after its answer', () => {
  const cache = temporaryCache()
  const content = randomBytes(30_000_000)

  for (const [what, head] of [
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n'],
    ['with Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\n'],
  ]) {
    for (const length of [`Content-Length: ${content.length}\r\n`, '']) {
      it(`${what}${length ? '' : ', without a length'}: is whole`, async () => {
        const server = createServer((socket) => {
          socket.once('data', () => socket.end(Buffer.concat([Buffer.from(`${head}${length}\r\n`), content])))
          socket.on('error', () => undefined)
        }).listen(0, '127.0.0.1')
        await once(server, 'listening')
        const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
        const into = new PartialFile(join(cache.path, 'model.gguf'))
        try {
          await downloadUrl(`http://127.0.0.1:${port}/model.gguf`, { into })
        } finally {
          server.close()
        }
        assert.ok(readFileSync(into.path).equals(content))
      })
    }
  }
})
