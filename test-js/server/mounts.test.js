import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { withServer } from './withServer.js'

const chat = { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 3, temperature: 0 }

describe('The handler, within an app', () => {
  const served = withServer()

  /**
   * Asks a server that listens for a while.
   *
   * @param {import('node:http').Server} server
   * @param {(url: string) => Promise<void>} ask
   */
  async function during(server, ask) {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    try {
      await ask(`http://127.0.0.1:${port}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  /** Asks for a chat, whole and streamed. @param {string} url */
  async function chats(url) {
    for (const stream of [false, true]) {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...chat, stream }),
      })
      const text = await response.text()
      assert.equal(response.status, 200, text)
      assert.match(text, stream ? /\[DONE\]\n\n$/ : /"finish_reason":"length"/)
    }
  }

  it('of Express, with and without its own reader of bodies, leaves other paths to it', async () => {
    for (const before of [[], [express.json()]]) {
      const app = express()
      for (const one of before) app.use(one)
      app.use(served.handler.node)
      app.get('/own', (_request, response) => void response.send('own'))
      app.use('/ai', served.handler.node)
      await during(createServer(app), async (url) => {
        await chats(url)
        await chats(`${url}/ai`)
        assert.equal(await (await fetch(`${url}/own`)).text(), 'own')
        assert.equal((await fetch(`${url}/v1/nothing`)).headers.get('x-powered-by'), 'Express')
      })
    }
  })

  it('of Fastify', async () => {
    const app = fastify()
    app.addHook('onRequest', (request, reply, done) => served.handler.node(request.raw, reply.raw, done))
    app.get('/own', async () => 'own')
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    try {
      await chats(url)
      assert.equal(await (await fetch(`${url}/own`)).text(), 'own')
    } finally {
      await app.close()
    }
  })

  it('of Hono, and whoever else has requests of the Fetch standard', async () => {
    const app = new Hono()
    app.all('/v1/*', (context) => served.handler.fetch(context.req.raw))
    const response = await app.request('/v1/chat/completions', { method: 'POST', body: JSON.stringify(chat) })
    assert.equal((await response.json()).usage.completion_tokens, 3)
  })
})
