import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENDLESS, eventsOf, withServer } from './withServer.js'

/** A long answer with so much to each token that what lies between the processes has no room for it. */
const LARGE = {
  ...ENDLESS,
  max_tokens: 1500,
  logprobs: true,
  top_logprobs: 20,
  messages: [{ role: 'user', content: 'Hi' }],
}

/** Waits until something holds; the test's own timeout ends that. @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** @param {any[]} events */
const textOf = (events) => events.map((event) => event.choices?.[0]?.delta.content ?? '').join('')

describe('A client that stops reading', () => {
  const served = withServer()
  /** @type {import('node:http').Server} */
  let server
  let folder = ''
  let socketPath = ''
  before(async () => {
    // A socket in the file system, whose buffers are of one size everywhere.
    folder = mkdtempSync(join(tmpdir(), 'realm-socket-'))
    socketPath = join(folder, 'server')
    server = createServer(served.handler.node)
    await new Promise((resolve) => server.listen(socketPath, () => resolve(undefined)))
  })
  after(() => {
    server?.closeAllConnections()
    server?.close()
    rmSync(folder, { recursive: true })
  })

  /** Asks for a stream of which nothing is read yet. @returns {Promise<import('node:http').IncomingMessage>} */
  const ask = () =>
    new Promise((resolve, reject) => {
      const asked = request({ socketPath, path: '/v1/chat/completions', method: 'POST' }, resolve)
      asked.on('error', reject)
      asked.end(JSON.stringify({ ...LARGE, stream: true }))
    })

  it('has its text stand still, and the same whole text once it reads again', async () => {
    const before = served.model.stats().textTokens
    const answer = await ask()
    await until(() => served.model.stats().paused === 1)
    const { textTokens, running } = served.model.stats()
    assert.equal(running, 0)
    assert.ok(textTokens - before < LARGE.max_tokens - 1, `${textTokens - before} tokens were made`)
    // Others are answered meanwhile.
    const other = await served.ask('/v1/chat/completions', { ...LARGE, max_tokens: 20 })
    assert.equal(other.usage.completion_tokens, 20)
    assert.equal(served.model.stats().paused, 1)
    let text = ''
    answer.setEncoding('utf8')
    for await (const piece of answer) text += piece
    const whole = await served.ask('/v1/chat/completions', { ...LARGE, top_logprobs: 0 })
    assert.equal(textOf(eventsOf(text)), whole.choices[0].message.content)
    await until(() => served.model.stats().paused === 0)
  })

  it('and leaves has its text stopped', async () => {
    const answer = await ask()
    await until(() => served.model.stats().paused === 1)
    answer.destroy()
    await until(() => served.model.stats().paused === 0)
    assert.equal(served.model.stats().running, 0)
  })

  it('holds back a handler that is asked without a socket, too', async () => {
    const response = await served.handler.fetch(
      new Request('http://localhost/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify({ ...ENDLESS, messages: LARGE.messages, stream: true, max_tokens: 4000 }),
      }),
    )
    await until(() => served.model.stats().paused === 1)
    await response.body?.cancel()
    await until(() => served.model.stats().paused === 0)
  })
})
