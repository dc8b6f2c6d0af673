import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { downloadUrl } from '../../js-bindings/lib/source/downloadUrl.js'
import { PartialFile } from '../../js-bindings/lib/source/PartialFile.js'
import { FileServer } from './FileServer.js'
import { temporaryCache } from './temporaryCache.js'

describe('downloadUrl', () => {
  const cache = temporaryCache()
  const content = randomBytes(300_000)
  /** @type {FileServer} */
  let server
  /** @type {PartialFile} */
  let into
  /** @type {string} */
  let url

  beforeEach(async () => {
    server = await new FileServer().start()
    server.files.set('model.gguf', content)
    into = new PartialFile(join(cache.path, 'model.gguf'))
    url = server.url('model.gguf')
  })
  afterEach(() => server.stop())

  const download = (options = {}) => downloadUrl(url, { into, wait: async () => undefined, ...options })
  const ranges = () => server.requests.map(({ headers }) => headers.range)

  it('receives the whole file and tells how far it is', async () => {
    /** @type {[number, number | undefined][]} */
    const steps = []
    await download({ size: content.length, onBytes: (...step) => steps.push(step) })
    assert.ok(readFileSync(into.path).equals(content))
    assert.deepEqual(steps[0], [0, content.length])
    assert.deepEqual(steps.at(-1), [content.length, content.length])
  })

  it('takes up a broken connection where it stopped', async () => {
    server.planBreak(100_000)
    server.planBreak(50_000)
    await download()
    assert.ok(readFileSync(into.path).equals(content))
    const [first, second, third] = server.requests
    assert.equal(first.headers.range, undefined)
    // What was still on its way to the reader when the connection broke may be lost with it.
    assert.match(String(second.headers.range), /^bytes=\d+-$/)
    assert.match(String(third.headers.range), /^bytes=\d+-$/)
    assert.match(String(third.headers['if-range']), /^"[0-9a-f]{32}"$/)
  })

  it('resumes what an aborted download left', async () => {
    server.planStall(100_000)
    const controller = new AbortController()
    const aborted = download({
      signal: controller.signal,
      onBytes: (received) => {
        if (received >= 60_000) controller.abort()
      },
    })
    await assert.rejects(aborted, { name: 'AbortError' })
    const kept = statSync(into.path).size
    assert.ok(kept >= 60_000)
    await download()
    assert.deepEqual(ranges(), [undefined, `bytes=${kept}-`])
    assert.ok(readFileSync(into.path).equals(content))
  })

  it('starts over where the content changed meanwhile', async () => {
    server.planBreak(100_000)
    server.plan((_request, response) => response.writeHead(404).end())
    await assert.rejects(download(), { code: 'DOWNLOAD_FAILED' })
    const changed = randomBytes(200_000)
    server.files.set('model.gguf', changed)
    await download()
    assert.match(String(ranges().at(-1)), /^bytes=/)
    assert.ok(readFileSync(into.path).equals(changed))
  })

  it('starts over where the server gives nothing to compare the content by', async () => {
    server.tagged = false
    server.planBreak(100_000)
    await download()
    assert.deepEqual(ranges(), [undefined, undefined])
    assert.ok(readFileSync(into.path).equals(content))
  })

  it('starts over where the bytes that are there have lost their origin', async () => {
    writeFileSync(into.path, 'of unknown origin')
    await download()
    assert.deepEqual(ranges(), [undefined])
    assert.ok(readFileSync(into.path).equals(content))
  })

  it('starts over where the server refuses the range', async () => {
    server.planBreak(100_000)
    server.plan((_request, response) => response.writeHead(416).end())
    await download()
    assert.equal(ranges().at(-1), undefined)
    assert.ok(readFileSync(into.path).equals(content))
  })

  it('starts over where the server sends another range', async () => {
    server.planBreak(100_000)
    server.plan((_request, response) => {
      response.writeHead(206, { 'content-range': `bytes 5-${content.length - 1}/${content.length}` })
      response.end(content.subarray(5))
    })
    await download()
    assert.ok(readFileSync(into.path).equals(content))
  })

  it('asks nothing where everything is there', async () => {
    await download()
    await download()
    assert.equal(server.requests.length, 1)
  })

  it('tries again after a passing answer of the server', async () => {
    server.plan((_request, response) => response.writeHead(503).end())
    server.plan((_request, response) => response.writeHead(429).end())
    await download()
    assert.ok(readFileSync(into.path).equals(content))
  })

  it('gives up after five attempts without progress', async () => {
    for (let i = 0; i < 9; i++) server.plan((_request, response) => response.writeHead(503).end())
    await assert.rejects(download(), { code: 'DOWNLOAD_FAILED', message: /HTTP 503.*tried 5 times/ })
    assert.equal(server.requests.length, 5)
  })

  it('does not ask again for what is not there', async () => {
    await assert.rejects(downloadUrl(server.url('none.gguf'), { into }), {
      code: 'DOWNLOAD_FAILED',
      message: /HTTP 404/,
    })
    assert.equal(server.requests.length, 1)
    assert.equal(existsSync(into.path), false)
  })

  it('names the token where a login is needed, and sends it to Hugging Face only', async () => {
    server.plan((_request, response) => response.writeHead(401).end())
    await assert.rejects(download(), { code: 'DOWNLOAD_FAILED', message: /HTTP 401.*HF_TOKEN/ })
    process.env.HF_TOKEN = 'secret'
    await download()
    process.env.HF_ENDPOINT = server.url('')
    await into.remove()
    await download()
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      [undefined, undefined, 'Bearer secret'],
    )
  })

  it('refuses a file of another size before it receives it', async () => {
    await assert.rejects(download({ size: 10 }), {
      code: 'DOWNLOAD_FAILED',
      message: `the server offers ${content.length} bytes, expected 10`,
    })
    assert.equal(existsSync(into.path), false)
  })

  it('stops a server that sends more than it should', async () => {
    server.plan((_request, response) => {
      response.write(content)
      response.end(content)
    })
    await assert.rejects(download({ size: content.length + 5 }), {
      code: 'DOWNLOAD_FAILED',
      message: /more than the expected/,
    })
  })

  it('says so where nothing listens', async () => {
    await server.stop()
    await assert.rejects(download(), { code: 'DOWNLOAD_FAILED', message: /refuses.*ECONNREFUSED/ })
    await server.start()
  })

  it('says so where the host has no name', async () => {
    await assert.rejects(downloadUrl('https://host.invalid/model.gguf', { into }), {
      code: 'DOWNLOAD_FAILED',
      message: /name cannot be resolved/,
    })
  })
})
