import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { ENDLESS, withServer } from './withServer.js'

const messages = [{ role: 'user', content: 'Hi' }]
const short = { messages, max_tokens: 4, temperature: 0 }
const path = '/v1/chat/completions'

describe('Limits', () => {
  const limits = {
    bodyBytes: 2000,
    bodyMs: 50,
    depth: 6,
    messages: 3,
    texts: 2,
    answers: 2,
    queue: 2,
    requestMs: 60_000,
  }
  /** @type {any[]} */
  const lines = []
  const log = {
    info: (/** @type {any} */ fields) => lines.push(fields),
    warn: () => undefined,
    error: (/** @type {any} */ fields) => lines.push(fields),
  }
  const served = withServer({ limits, cors: 'https://example.org', log })
  const code = async (/** @type {unknown} */ body, /** @type {number} */ status) =>
    (await served.ask(path, body, status)).error.code

  it('hold for bodies, messages, texts and answers', async () => {
    assert.equal(
      await code({ ...short, messages: [{ role: 'user', content: 'x'.repeat(2000) }] }, 413),
      'body_too_large',
    )
    assert.equal(await code(`{"messages":${'['.repeat(7)}`, 400), 'too_deep')
    assert.equal(
      await code({ ...short, messages: Array.from({ length: 4 }, () => messages[0]) }, 400),
      'too_many',
    )
    assert.equal(await code({ ...short, n: 3 }, 400), 'too_many')
    assert.equal((await served.ask('/v1/embeddings', { input: ['a', 'b', 'c'] }, 400)).error.code, 'too_many')
  })

  it('are told of bodies that are none', async () => {
    assert.equal(await code('{"messages":', 400), 'invalid_json')
    assert.equal(await code('[]', 400), 'invalid_json')
    assert.equal(await code('', 400), 'invalid_json')
    const binary = await served.post(path, short, { body: Buffer.from([0x7b, 0xff, 0x7d]) })
    assert.equal((await binary.json()).error.code, 'invalid_json')
    const form = await served.post(path, short, { headers: { 'content-type': 'multipart/form-data' } })
    assert.deepEqual([form.status, (await form.json()).error.code], [415, 'unsupported_media_type'])
    const brackets = JSON.stringify({ ...short, messages: [{ role: 'user', content: '[[[[[[[["{{{{{{{' }] })
    assert.equal((await served.post(path, brackets)).status, 200)
  })

  it('hold for a body that does not come', async () => {
    const answer = await new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes
        if (text.includes('request_timeout')) {
          socket.destroy()
          resolve(text)
        }
      })
      socket.on('error', reject)
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
      )
    })
    assert.match(answer, /^HTTP\/1\.1 408 /)
  })

  it('hold for requests at a time', async () => {
    const left = new AbortController()
    const long = { messages, ...ENDLESS, stream: true }
    for (let i = 0; i < 2; i++) {
      const response = await served.post(path, long, { signal: left.signal })
      await response.body.getReader().read()
    }
    const refused = await served.post(path, short)
    assert.deepEqual([refused.status, (await refused.json()).error.code], [503, 'overloaded'])
    assert.equal(refused.headers.get('retry-after'), '1')
    assert.equal((await served.get('/ready')).status, 503)
    assert.equal((await served.get('/health')).status, 200)
    left.abort()
    for (let status = 0; status !== 200; ) status = (await served.post(path, short)).status
  })

  it('let pages of the named origins ask alone', async () => {
    const preflight = (/** @type {string} */ origin) =>
      served.get(path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      })
    const own = await preflight('https://example.org')
    assert.deepEqual(
      [own.status, own.headers.get('access-control-allow-origin')],
      [204, 'https://example.org'],
    )
    assert.match(own.headers.get('access-control-allow-headers') ?? '', /authorization/)
    assert.equal((await preflight('https://evil.org')).headers.get('access-control-allow-origin'), null)
  })

  it('leave prompts and answers out of the log', async () => {
    lines.length = 0
    const secret = { ...short, messages: [{ role: 'user', content: 'a secret' }] }
    await served.ask(path, secret)
    await served.ask(path, { ...secret, temperature: 'a secret' }, 400)
    assert.equal(lines.length, 2)
    assert.ok(!JSON.stringify(lines).includes('secret'))
    assert.deepEqual(
      [lines[0].status, lines[0].model, lines[0].completionTokens, lines[0].finishReason],
      [200, 'tiny', 4, 'length'],
    )
    assert.deepEqual([lines[1].status, lines[1].code, lines[1].param], [400, 'invalid_value', 'temperature'])
  })
})

describe('A handler that is closed', () => {
  const served = withServer()

  it('waits for what runs, takes no more, and can be told to stop it', async () => {
    const handler = createHandler({ models: [served.model] })
    const ask = (/** @type {object} */ body) =>
      handler.fetch(new Request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body) }))
    const response = await ask({ messages, ...ENDLESS, stream: true })
    const reader = response.body.getReader()
    await reader.read()
    let closed = false
    const closing = handler.close().then(() => {
      closed = true
    })
    const refused = await ask(short)
    assert.deepEqual([refused.status, (await refused.json()).error.code], [503, 'shutting_down'])
    assert.equal((await handler.fetch(new Request('http://localhost/ready'))).status, 503)
    assert.equal(closed, false)
    const stopped = handler.close({ abort: true })
    for (let step = await reader.read(); !step.done; step = await reader.read());
    await stopped
    await closing
    assert.equal((await served.model.generate('Hi', { maxTokens: 1 })).tokens.length, 1)
  })
})

describe('createHandler', () => {
  it('refuses options that it cannot use', () => {
    for (const [options, message] of /** @type {[any, RegExp][]} */ ([
      [{}, /models/],
      [{ models: [] }, /at least one model/],
      [{ models: { a: 3 } }, /models\.a/],
      [{ models: ['a'], keepAlive: -1 }, /keepAlive/],
      [{ models: ['a'], limits: { dept: 3 } }, /Did you mean depth/],
      [{ models: ['a'], cors: 'example.org' }, /origin/],
      [{ models: ['a'], log: {} }, /logger/],
      [{ models: ['a'], embedding: 'b' }, /one of the models: a/],
      [{ models: ['a', 'a'] }, /another name/],
      [{ models: ['a'], keys: 7 }, /keys/],
    ])) {
      assert.throws(() => createHandler(options), { code: 'INVALID_ARGUMENT', message })
    }
  })
})
