import assert from 'node:assert/strict'
import { once } from 'node:events'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { ENDLESS } from '../server/withServer.js'
import { startFront } from './fixture/startFront.js'
import { skipWithoutNginx } from './fixture/startNginx.js'

/** @import { Front } from './fixture/startFront.js' */

const user = (/** @type {string} */ content) => ({ role: 'user', content })

describe('The example nginx, before two servers', function () {
  this.timeout(120_000)
  skipWithoutNginx()
  /** @type {[string, string, number]} */
  const context = ['llama.context_length', 'u32', 4096]
  const file = withTinyModel({ metadata: [context] })
  /** Its many tokens make it slow: a text goes on while others are asked. */
  const slow = withTinyModel({ metadata: [context], vocabularySize: 20_000 })
  /** @type {Front} */
  let front
  const start = async ({ path } = file) => {
    front = await startFront([path, '--threads', '1'])
  }
  before(() => start())
  after(() => front?.stop())

  /** @param {object} body @param {RequestInit} [init] */
  const ask = (body, init, path = '/v1/chat/completions') =>
    fetch(front.url + path, { method: 'POST', body: JSON.stringify(body), ...init })

  /** How many texts a server makes. @param {string | null} address */
  async function runningAt(address) {
    const { models } = await (await fetch(`http://${address}/stats`)).json()
    return models[0].stats.running
  }

  /** A chat that goes to one of the servers. @param {string} address */
  async function chatOf(address) {
    for (let i = 0; ; i++) {
      const messages = [user(`Chat ${i}`)]
      const response = await ask({ messages, max_tokens: 1 })
      await response.text()
      if (response.headers.get('realm-server') === address) return messages
    }
  }

  it('keeps a conversation where its beginning is computed, and spreads many', async () => {
    const used = new Set()
    for (let chat = 0; chat < 4 || used.size < 2; chat++) {
      assert.ok(chat < 60, `all at ${[...used]}`)
      const messages = [
        { role: 'system', content: 'You know everything. '.repeat(10) },
        user(`Question ${chat}?`),
      ]
      const places = new Set()
      for (let turn = 0; turn < 3; turn++) {
        const response = await ask({ messages, max_tokens: 4, seed: chat, temperature: 0.5 })
        const { choices, usage } = await response.json()
        places.add(response.headers.get('realm-server'))
        if (turn > 0) assert.ok(usage.prompt_tokens_details.cached_tokens > usage.prompt_tokens / 2)
        messages.push(choices[0].message, user('And more?'))
      }
      assert.equal(places.size, 1)
      used.add([...places][0])
    }
    assert.deepEqual([...used].sort(), front.addresses.toSorted())
  })

  it('hands on each token as it comes, and that a client leaves', async () => {
    const leaves = new AbortController()
    const response = await ask(
      { ...ENDLESS, messages: [user('Hi')], stream: true },
      { signal: leaves.signal },
    )
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    assert.match(String((await reader.read()).value), /^data: /)
    const running = () => runningAt(response.headers.get('realm-server'))
    // The first tokens are here, and the last one is far.
    assert.equal(await running(), 1)
    leaves.abort()
    while ((await running()) > 0);
  })

  it('finds a stored response in whichever server has it', async () => {
    let previous
    // The hash of a turn's text says the other server for some, which knows nothing of the turns before.
    for (let turn = 0, moved = false; turn < 4 || !moved; turn++) {
      assert.ok(turn < 60, 'no turn went to the other server')
      const asked = { input: `Turn ${turn}`, max_output_tokens: 2, previous_response_id: previous }
      const response = await ask(asked, {}, '/v1/responses')
      const { id, usage } = await response.json()
      assert.equal(response.status, 200)
      moved ||= response.headers.get('realm-server')?.includes(', ') === true
      previous = id
      assert.ok(usage.input_tokens > 0)
      const stored = await fetch(`${front.url}/v1/responses/${id}`)
      assert.equal((await stored.json()).id, id)
    }
    assert.equal((await fetch(`${front.url}/v1/responses/resp_none`)).status, 404)
  })

  it('has the other one answer where one is killed, also what that has begun', async () => {
    const [first, second] = front.addresses
    const messages = await chatOf(first)
    const question = { ...ENDLESS, messages }
    const stream = await ask({ ...question, stream: true })
    const whole = ask({ ...question, max_tokens: 1500 })
    while ((await runningAt(first)) < 2);
    front.servers[0].child.kill('SIGKILL')
    // What a client has begun to read breaks off.
    await assert.rejects(stream.text())
    const response = await whole
    assert.equal(response.headers.get('realm-server'), `${first}, ${second}`)
    const { choices } = await response.json()
    const alone = await fetch(`http://${second}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ ...question, max_tokens: 1500 }),
    })
    assert.equal(choices[0].message.content, (await alone.json()).choices[0].message.content)
    const places = new Set()
    for (let turn = 0; turn < 6; turn++)
      places.add((await ask({ messages, max_tokens: 1 })).headers.get('realm-server')?.split(', ').at(-1))
    assert.deepEqual([...places], [second])
  })

  it('has one end without losing a request, and says when there is none', async () => {
    await front.stop()
    await start(slow)
    const [first, second] = front.addresses
    const messages = await chatOf(first)
    const stream = await ask({ ...ENDLESS, messages, max_tokens: 800, stream: true })
    assert.equal(stream.headers.get('realm-server'), first)
    front.servers[0].child.kill('SIGTERM')
    for (let status = 200; status === 200; ) status = (await fetch(`http://${first}/ready`)).status
    const response = await ask({ messages, max_tokens: 1 })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('realm-server'), `${first}, ${second}`)
    assert.match(await stream.text(), /"finish_reason":"length".*\[DONE\]\n\n$/s)
    assert.equal((await front.servers[0].end).code, 0)
    front.servers[1].child.kill('SIGKILL')
    await once(front.servers[1].child, 'exit')
    const none = await ask({ messages })
    assert.equal(none.status, 503)
    assert.equal(none.headers.get('retry-after'), '2')
    assert.equal((await none.json()).error.code, 'overloaded')
  })
})
