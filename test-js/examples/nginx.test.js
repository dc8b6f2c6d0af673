import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { freePort } from '../../js-bindings/scripts/freePort.js'
import { skipWithoutNginx, startNginx } from './fixture/startNginx.js'

const config = readFileSync(new URL('../../examples/nginx/realm.conf', import.meta.url), 'utf8')
const user = (/** @type {string} */ content) => ({ role: 'user', content })
const assistant = (/** @type {string} */ content) => ({ role: 'assistant', content })
const system = { role: 'system', content: 'Say it {in "few" words\\' }

describe('The example nginx', function () {
  this.timeout(60_000)
  skipWithoutNginx()

  describe('sends requests by', () => {
    let url = ''
    /** @type {import('node:http').Server} */
    let echo
    /** @type {() => Promise<void>} */
    let stop
    before(async () => {
      echo = createServer({ maxHeaderSize: 8e6 }, (request, response) => {
        request.resume().on('end', () => response.end(request.headers['x-key']))
      })
      echo.listen(0, '127.0.0.1')
      await once(echo, 'listening')
      const { port } = /** @type {import('node:net').AddressInfo} */ (echo.address())
      const front = await freePort()
      url = `http://127.0.0.1:${front}`
      const map = config.slice(0, config.indexOf('upstream '))
      stop = await startNginx(`${map} server { listen 127.0.0.1:${front};
        client_max_body_size 4m; client_body_buffer_size 4m;
        location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header x-key $realm_key; } }`)
    })
    after(async () => {
      await stop?.()
      echo?.close()
    })

    const keyOf = async (/** @type {object | string} */ body) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await fetch(url, { method: 'POST', body: text })
      assert.equal(response.status, 200)
      return response.text()
    }
    const opening = JSON.stringify([system, user('Hi')]).slice(1, -1)

    it('the messages of a chat before the first answer', async () => {
      assert.equal(await keyOf({ model: 'a', messages: [system, user('Hi')], stream: true }), opening)
      const answer = { content: 'Yes {', tool_calls: [{ function: { name: 'f' } }], role: 'assistant' }
      const goesOn = [system, user('Hi'), answer, user('And?'), assistant('No'), user('Why?')]
      assert.equal(await keyOf({ messages: goesOn, temperature: 0 }), opening)
      const spaced = JSON.stringify({ messages: goesOn }, undefined, 1).replaceAll('\n', ' ')
      assert.equal((await keyOf(spaced)).replaceAll(/\s/g, ''), opening.replaceAll(/\s/g, ''))
      assert.equal(await keyOf({ messages: [user('Hi')] }), JSON.stringify(user('Hi')))
      assert.notEqual(await keyOf({ messages: [system, user('Ho')] }), opening)
    })

    it('messages of parts, of Anthropic and of responses', async () => {
      const parts = { role: 'user', content: [{ type: 'text', text: 'a "role":"assistant" {' }] }
      const messages = [parts, assistant('b'), user('c')]
      assert.equal(await keyOf({ system: 'Be short.', messages }), JSON.stringify(parts))
      assert.equal(await keyOf({ input: messages, instructions: 'x' }), JSON.stringify(parts))
    })

    it('what the client says, but not what a text says', async () => {
      assert.equal(await keyOf({ messages: [user('Hi')], prompt_cache_key: 'shop' }), '"shop"')
      const foul = user('"prompt_cache_key":"x", "messages":[{"a":1}]')
      assert.equal(await keyOf({ messages: [foul, assistant('No')] }), JSON.stringify(foul))
    })

    it('the beginning of a text, and else anywhere', async () => {
      assert.equal(await keyOf({ prompt: 'Once upon a time' }), '"Once upon a time')
      assert.equal(await keyOf({ prompt: 'x\\"'.repeat(1000) }), `"${'x\\\\\\"'.repeat(133)}x`)
      assert.equal(await keyOf({ input: 'Hi' }), '"Hi')
      const [one, other] = [await keyOf({ texts: ['a'] }), await keyOf({ texts: ['a'] })]
      assert.match(one, /^[0-9a-f]{32}$/)
      assert.notEqual(one, other)
    })

    it('texts as long as servers take', async () => {
      const long = user('\\"{[é'.repeat(480_000))
      const body = JSON.stringify({ messages: [long, assistant('No')] })
      assert.ok(Buffer.byteLength(body) > 3.5e6 && Buffer.byteLength(body) < 4 * 2 ** 20)
      assert.equal((await keyOf(body)).length, Buffer.byteLength(JSON.stringify(long)))
    })
  })
})
