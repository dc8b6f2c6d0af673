import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel } from '../../js-bindings/lib/index.js'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { tinyLlama } from '../fixture/tinyLlama.js'

/** @import { Model } from '../../js-bindings/lib/index.js' */
/** @import { HandlerOptions } from '../../js-bindings/lib/server/types.d.ts' */

/** A text that never ends by itself, nor where it is cut off soon. */
export const ENDLESS = { logit_bias: { 0: -100, 2: -100 }, max_tokens: 3000, seed: 5, temperature: 0.7 }

/**
 * Serves tiny models on loopback for the tests of a suite: `tiny`, which makes text in a context of 4096 tokens, and `bert`,
 * which embeds.
 *
 * @param {Partial<HandlerOptions> | ((models: Record<string, Model>) => Partial<HandlerOptions>)} [options] of the handler, or
 *   what gives them for the models
 * @param {{ contextLength?: number }} [loading] of `tiny`
 */
export function withServer(options = {}, { contextLength = 4096 } = {}) {
  const served = {
    url: '',
    folder: '',
    /** @type {import('../../js-bindings/lib/index.js').Model} */
    model: undefined,
    /** @type {import('../../js-bindings/lib/index.js').Model} */
    bert: undefined,
    /** @type {import('../../js-bindings/lib/server/types.d.ts').Handler} */
    handler: undefined,
    /** @param {string} path @param {RequestInit} [init] */
    get: (path, init) => fetch(served.url + path, init),
    /**
     * @param {string} path
     * @param {unknown} body
     * @param {RequestInit} [init]
     */
    post: (path, body, init = {}) =>
      fetch(served.url + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
      }),
    /**
     * The answer's JSON, of the status that is expected.
     *
     * @param {string} path
     * @param {unknown} body
     * @param {number} [status]
     * @returns {Promise<any>}
     */
    async ask(path, body, status = 200) {
      const response = await served.post(path, body)
      const text = await response.text()
      assert.equal(response.status, status, text)
      return JSON.parse(text)
    },
    /**
     * The events of a stream, as their data.
     *
     * @param {string} path
     * @param {object} body
     * @returns {Promise<any[]>}
     */
    async events(path, body) {
      const response = await served.post(path, { ...body, stream: true })
      const text = await response.text()
      assert.equal(response.status, 200, text)
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
      return eventsOf(text)
    },
  }
  /** @type {import('node:http').Server} */
  let server
  before(async () => {
    served.folder = mkdtempSync(join(tmpdir(), 'realm-server-'))
    const path = join(served.folder, 'tiny.gguf')
    writeFileSync(
      path,
      tinyLlama({ metadata: [['llama.context_length', 'u32', Math.max(4096, contextLength)]] }),
    )
    const bert = join(served.folder, 'bert.gguf')
    writeFileSync(bert, tinyBert())
    served.model = await loadModel(path, { threads: 1, contextLength })
    served.bert = await loadModel(bert, { threads: 1 })
    const { model: tiny, bert: encoder } = served
    const more = typeof options === 'function' ? options({ tiny, bert: encoder }) : options
    served.handler = createHandler({ models: [tiny, encoder], embedding: 'bert', ...more })
    server = createServer((request, response) => served.handler.node(request, response))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    served.url = `http://127.0.0.1:${port}`
  })
  after(async () => {
    await served.handler?.close({ abort: true })
    server?.closeAllConnections()
    server?.close()
    await Promise.all([served.model?.dispose({ abort: true }), served.bert?.dispose()])
    rmSync(served.folder, { recursive: true })
  })
  return served
}

/**
 * The data of server-sent events; `[DONE]` stays a text.
 *
 * @param {string} text
 */
export function eventsOf(text) {
  return text
    .split('\n\n')
    .map((event) => /^data: (.*)$/m.exec(event)?.[1])
    .filter((data) => data !== undefined)
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)))
}
