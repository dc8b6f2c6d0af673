import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { cachedTestModel } from '../cachedTestModel.js'
import { tinyBert } from '../fixture/tinyBert.js'

const QUESTION = 'What is the capital of France?'
const ANSWER = 'The capital of France is Paris.'

/**
 * Starts an example as its first comment says.
 *
 * @param {string} example
 * @param {string[]} args
 */
function start(example, args = []) {
  const path = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url))
  return spawn(process.execPath, [path, ...args], {
    env: { ...process.env, PORT: '0' },
    timeout: 240_000,
    killSignal: 'SIGKILL',
  })
}

/** @param {import('node:child_process').ChildProcessWithoutNullStreams} child */
async function end(child) {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  assert.equal(code, 0, stderr)
  return { stdout, stderr }
}

describe('The example search.js', function () {
  this.timeout(300_000)

  it('ranks passages by their vectors', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-search-'))
    try {
      const [model, passages] = [join(folder, 'bert.gguf'), join(folder, 'passages.json')]
      writeFileSync(model, tinyBert())
      writeFileSync(passages, JSON.stringify(['dog', 'fox', 'cat', 'owl']))
      const { stdout, stderr } = await end(start('search.js', [model, 'fox', passages]))
      // What is asked for is nearest to itself.
      assert.match(stdout, /^1\.000 {2}fox\n(-?0\.\d{3} {2}(dog|cat|owl)\n){2}$/)
      assert.equal(stderr, '25 tokens read\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('The examples', function () {
  this.timeout(300_000)
  cachedTestModel()

  it('generate.js answers a question', async () => {
    const { stdout, stderr } = await end(start('generate.js', [QUESTION]))
    assert.equal(stdout, `${ANSWER}\n`)
    assert.match(stderr, /^\d+ tokens read, \d+ made, ended by stop; first token after \d+ ms\n$/)
  })

  it('chat.js answers line by line', async () => {
    const chat = start('chat.js')
    chat.stdin.end('Say hello.\nSay goodbye.\n')
    const { stdout } = await end(chat)
    const [first, second, last] = stdout.split(/^> /m).slice(1)
    assert.ok(first.trim().length > 0 && second.trim().length > 0)
    assert.equal(last, '')
  })

  it('tools.js answers with what a tool gave', async () => {
    const { stdout } = await end(start('tools.js', ['What time is it in Tokyo?']))
    assert.match(stdout, /^time\(\{"timeZone":"[A-Z][a-z]+\/[A-Za-z_]+"\}\)\ngave \d+:\d\d\s[AP]M\n./)
  })

  it('decide.js says how probable answers are', async () => {
    const { stdout } = await end(start('decide.js', ['smollm2-135m-instruct']))
    assert.match(
      stdout,
      /^angry: (true|false) \{ true: 0\.\d+, false: 0\.\d+ \}\ntopic: (delivery|payment|other) \{/,
    )
    assert.match(stdout, /\nurgency: [1-5] [1-5]\.\d\d\n$/)
  })

  it('worker-pool answers in several workers', async () => {
    const questions = [QUESTION, 'What is the capital of Germany?']
    const { stdout } = await end(start('worker-pool/pool.js', questions))
    assert.match(
      stdout,
      /^What is the capital of France\?\n {2}The capital of France is Paris\. \(worker \d+\)\n/,
    )
    assert.match(stdout, /^What is the capital of Germany\?\n.*Berlin.* \(worker \d+\)\n$/m)
  })

  for (const args of [[], ['--on-demand']]) {
    it(`${['wasm-guest/run.js', ...args].join(' ')} continues a text`, async () => {
      const { stdout, stderr } = await end(start('wasm-guest/run.js', [...args, 'The capital of France is']))
      assert.match(stdout, /^The capital of France is Paris\b/)
      assert.match(stderr, /^5 tokens read, 16 made; the guest has \d+\.\d MB of memory$/m)
    })
  }

  for (const example of ['serve-express.js', 'serve-fastify.js']) {
    it(`${example} answers clients, and what is its own`, async () => {
      const server = start(example)
      server.stderr.pipe(process.stderr)
      const lines = on(createInterface({ input: server.stdout }), 'line')
      const [line] = (await lines.next()).value
      const address = /^listening on (\S+)$/.exec(line)?.[1] ?? assert.fail(line)
      const body = JSON.stringify({ messages: [{ role: 'user', content: QUESTION }], temperature: 0 })
      const response = await fetch(`${address}/v1/chat/completions`, { method: 'POST', body })
      const { choices } = await response.json()
      assert.equal(choices[0].message.content, ANSWER)
      assert.match(await (await fetch(address)).text(), /The paths of the clients/)
      server.kill('SIGTERM')
      const [code] = await once(server, 'close')
      assert.equal(code, 0)
    })
  }

  describe('express-sse', () => {
    /** @type {import('node:child_process').ChildProcessWithoutNullStreams} */
    let server
    /** @type {AsyncIterator<string[]>} */
    let lines
    /** @type {string} */
    let address

    const line = async () => (await lines.next()).value[0]
    const ask = (/** @type {string} */ question, /** @type {RequestInit} */ options = {}) =>
      fetch(`${address}/answer?${new URLSearchParams({ question })}`, options)

    beforeEach(async () => {
      server = start('express-sse/server.js')
      server.stderr.pipe(process.stderr)
      lines = on(createInterface({ input: server.stdout }), 'line')
      address = /^listening on (\S+)$/.exec(await line())?.[1] ?? assert.fail('no address')
    })
    afterEach(async () => {
      server.kill('SIGTERM')
      const [code] = await once(server, 'close')
      assert.equal(code, 0)
    })

    it('streams an answer as server-sent events', async () => {
      const response = await ask(QUESTION)
      assert.equal(response.headers.get('content-type'), 'text/event-stream')
      const events = (await response.text()).split('\n\n').filter(Boolean)
      const pieces = events.flatMap((event) => /^event: piece\ndata: (.*)$/.exec(event)?.[1] ?? [])
      assert.match(pieces.map((piece) => JSON.parse(piece)).join(''), /\w/)
      assert.equal(events.at(-1), `event: end\ndata: {"pieces":${pieces.length}}`)
      assert.equal(await line(), `answered in ${pieces.length} pieces`)
    })

    it('stops to generate when the reader leaves, and goes on serving', async () => {
      const controller = new AbortController()
      const response = await ask('Tell me a long story about the sea.', { signal: controller.signal })
      await response.body?.getReader().read()
      controller.abort()
      assert.match(await line(), /^stopped after \d+ pieces: the reader left$/)
      const next = await ask('')
      assert.equal(next.status, 400)
      assert.match(await (await fetch(address)).text(), /<form>/)
    })
  })
})
