import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { withServer } from './withServer.js'

const messages = [{ role: 'user', content: 'Hello there' }]
const short = { model: 'tiny', options: { num_predict: 12, temperature: 0 } }
const DURATIONS = ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration']

/** The lines of a stream. @param {Response} response */
async function linesOf(response) {
  const text = await response.text()
  assert.equal(response.status, 200, text)
  assert.match(response.headers.get('content-type') ?? '', /ndjson/)
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** @param {any} model */
const typeAndSize = ({ details, size }) => [details.quantization_level, size]

describe("Ollama's interface", () => {
  const served = withServer()

  it('chats, line by line unless it is told otherwise', async () => {
    const { text, usage } = await served.model.generate(messages, { maxTokens: 12, temperature: 0 })
    const whole = await served.ask('/api/chat', { ...short, messages, stream: false })
    assert.deepEqual(whole.message, { role: 'assistant', content: text })
    assert.deepEqual([whole.model, whole.done, whole.done_reason], ['tiny', true, 'length'])
    assert.deepEqual([whole.prompt_eval_count, whole.eval_count], [usage.promptTokens, 12])
    assert.ok(DURATIONS.every((name) => Number.isInteger(whole[name]) && whole[name] >= 0))
    assert.ok(Date.parse(whole.created_at) > 0)
    const lines = await linesOf(await served.post('/api/chat', { ...short, messages }))
    assert.equal(lines.map(({ message }) => message.content).join(''), text)
    assert.deepEqual(
      lines.map(({ done }) => done),
      [...lines.slice(1).map(() => false), true],
    )
    assert.equal(lines.at(-1).eval_count, 12)
  })

  it('generates, with a template or raw', async () => {
    const { text } = await served.model.generate('Hi', { maxTokens: 12, temperature: 0, system: 'Be brief.' })
    const answer = await served.ask('/api/generate', {
      ...short,
      prompt: 'Hi',
      system: 'Be brief.',
      stream: false,
    })
    assert.equal(answer.response, text)
    const raw = await linesOf(await served.post('/api/generate', { ...short, prompt: 'in the', raw: true }))
    const verbatim = await served.model.generate('in the', { maxTokens: 12, temperature: 0, raw: true })
    assert.equal(raw.map(({ response }) => response).join(''), verbatim.text)
  })

  it('samples as its options say', async () => {
    const sampled = { num_predict: 8, temperature: 1, seed: 4, mirostat: 2, mirostat_tau: 3 }
    const { message } = await served.ask('/api/chat', {
      model: 'tiny',
      messages,
      stream: false,
      options: sampled,
    })
    const { text } = await served.model.generate(messages, {
      maxTokens: 8,
      temperature: 1,
      seed: 4,
      mirostat: { version: 2, tau: 3 },
    })
    assert.equal(message.content, text)
  })

  it('holds a format, and tells log-probabilities', async () => {
    const format = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    }
    const asked = { model: 'tiny', options: { num_predict: 60 }, messages, stream: false }
    const { message } = await served.ask('/api/chat', { ...asked, format })
    assert.deepEqual(Object.keys(JSON.parse(message.content)), ['n'])
    const any = await served.ask('/api/chat', { ...asked, format: 'json', logprobs: true, top_logprobs: 1 })
    assert.equal(typeof JSON.parse(any.message.content), 'object')
    assert.equal(any.logprobs[0].top_logprobs.length, 1)
  })

  it('embeds', async () => {
    const texts = ['abc', 'hello']
    const { embeddings } = await served.bert.embed(texts)
    const answer = await served.ask('/api/embed', { model: 'bert', input: texts })
    assert.deepEqual(
      answer.embeddings,
      embeddings.map((values) => [...values]),
    )
    assert.deepEqual(
      (await served.ask('/api/embeddings', { model: 'bert', prompt: 'abc' })).embedding,
      answer.embeddings[0],
    )
  })

  it('tells of its models', async () => {
    const { models } = await (await served.get('/api/tags')).json()
    assert.deepEqual(
      models.map(({ name, details }) => [name, details.family]),
      [
        ['tiny', 'llama'],
        ['bert', 'bert'],
      ],
    )
    for (const { digest } of models) assert.match(digest, /^[0-9a-f]{64}$/)
    assert.notEqual(models[0].digest, models[1].digest)
    const running = await (await served.get('/api/ps')).json()
    assert.equal(running.models.length, 2)
    assert.ok(Date.parse(running.models[0].expires_at) > Date.now())
    const shown = await served.ask('/api/show', { model: 'tiny:latest' })
    assert.equal(shown.model_info['general.architecture'], 'llama')
    assert.ok(shown.capabilities.includes('completion'))
    assert.deepEqual((await served.ask('/api/show', { model: 'bert' })).capabilities, ['embedding'])
    const { version } = await (await served.get('/api/version')).json()
    assert.match(version, /^\d+\.\d+\.\d+/)
  })

  it('loads a model where nothing is asked, and says what it loads', async () => {
    assert.equal((await served.ask('/api/generate', { model: 'tiny' })).done_reason, 'load')
    assert.equal(
      (await served.ask('/api/chat', { model: 'tiny', messages: [], keep_alive: 0 })).done_reason,
      'unload',
    )
    const lines = await linesOf(await served.post('/api/pull', { model: 'tiny' }))
    assert.deepEqual(lines.at(-1), { status: 'success' })
    assert.deepEqual(await served.ask('/api/pull', { name: 'tiny', stream: false }), { status: 'success' })
  })

  it('says which options have no effect, and refuses others, with a text as the error', async () => {
    const response = await served.post('/api/chat', {
      ...short,
      options: { ...short.options, num_ctx: 2048, num_gpu: 1, mirostat: 0, tfs_z: 1 },
      messages,
      stream: false,
    })
    assert.equal(response.headers.get('realm-ignored'), 'options.num_ctx, options.num_gpu, options.tfs_z')
    await response.text()
    for (const [change, code] of /** @type {const} */ ([
      [{ options: { tfs_z: 0.5 } }, 'unsupported_field'],
      [{ options: { mirostat: 3 } }, 'invalid_value'],
      [{ options: { num_cxt: 2 } }, 'unknown_field'],
      [{ options: { top_p: 3 } }, 'invalid_value'],
      [{ messages: [{ role: 'user', content: 'x', images: ['a'] }] }, 'invalid_value'],
      [{ messages: [{ role: 'user' }] }, 'invalid_value'],
      [{ keep_alive: 'soon' }, 'invalid_value'],
      [{ format: 'xml' }, 'invalid_value'],
    ])) {
      const refused = await served.ask('/api/chat', { ...short, messages, ...change }, 400)
      assert.equal(refused.code, code, JSON.stringify(change))
      assert.equal(typeof refused.error, 'string')
    }
    assert.equal(typeof (await served.ask('/api/chat', { model: 'none', messages }, 404)).error, 'string')
    assert.equal(typeof (await (await served.get('/api/nothing')).json()).error, 'string')
  })

  it('keeps a model loaded as long as it is asked to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-kept-'))
    writeFileSync(join(folder, 'kept.gguf'), tinyLlama({ metadata: [['general.file_type', 'u32', 15]] }))
    const handler = createHandler({ models: { kept: { source: join(folder, 'kept.gguf'), threads: 1 } } })
    try {
      const ask = async (/** @type {object} */ body) => {
        const response = await handler.fetch(
          new Request('http://localhost/api/generate', {
            method: 'POST',
            body: JSON.stringify({ model: 'kept', ...body }),
          }),
        )
        return response.json()
      }
      const list = async (/** @type {string} */ path) =>
        (await (await handler.fetch(new Request(`http://localhost${path}`))).json()).models
      const loaded = async () => (await list('/api/ps')).length
      assert.deepEqual((await list('/api/tags')).map(typeAndSize), [['', 0]])
      const { load_duration } = await ask({ prompt: 'a', stream: false, options: { num_predict: 1 } })
      assert.ok(load_duration > 0)
      assert.equal(await loaded(), 1)
      const { size } = statSync(join(folder, 'kept.gguf'))
      assert.deepEqual((await list('/api/tags')).map(typeAndSize), [['Q4_K_M', size]])
      await ask({ keep_alive: 0 })
      while ((await loaded()) > 0) await new Promise((resolve) => setImmediate(resolve))
    } finally {
      await handler.close()
      rmSync(folder, { recursive: true })
    }
  })
})
