import assert from 'node:assert/strict'
import { Ollama } from 'ollama'
import { all, refused, report, url, works } from './features.mjs'

const client = new Ollama({ host: url })
const messages = [{ role: 'user', content: 'Hello there' }]
const chat = { model: 'tiny', messages, options: { num_predict: 8, temperature: 0 } }

const CHAT = 'POST /api/chat'
await works(CHAT, 'an answer', async () => {
  const { message, eval_count, done_reason } = await client.chat(chat)
  assert.equal(message.role, 'assistant')
  assert.deepEqual([eval_count, done_reason], [8, 'length'])
})
await works(CHAT, 'streaming', async () => {
  const whole = await client.chat(chat)
  const lines = await all(await client.chat({ ...chat, stream: true }))
  assert.equal(lines.map(({ message }) => message.content).join(''), whole.message.content)
})
await works(CHAT, 'leaving a stream', async () => {
  const stream = await client.chat({ ...chat, options: { num_predict: 3000 }, stream: true })
  for await (const _ of stream) break
  stream.abort()
})
await works(CHAT, 'format (schema)', async () => {
  const format = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  }
  const { message } = await client.chat({ ...chat, options: { num_predict: 60 }, format })
  assert.equal(typeof JSON.parse(message.content).n, 'number')
})
await works(CHAT, 'format (json)', async () => {
  const { message } = await client.chat({ ...chat, options: { num_predict: 60 }, format: 'json' })
  assert.equal(typeof JSON.parse(message.content), 'object')
})
await works(CHAT, 'logprobs', async () => {
  const { logprobs } = await client.chat({ ...chat, logprobs: true, top_logprobs: 1 })
  assert.equal(logprobs[0].top_logprobs.length, 1)
})
await works(CHAT, 'options, keep_alive', () =>
  client.chat({
    ...chat,
    keep_alive: '5m',
    options: {
      num_predict: 2,
      seed: 1,
      stop: ['zzz'],
      top_k: 4,
      top_p: 0.9,
      min_p: 0.1,
      repeat_penalty: 1.1,
      presence_penalty: 0,
      frequency_penalty: 0,
    },
  }),
)
await works(CHAT, 'tools, think', async () => {
  const parameters = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  await client.chat({
    ...chat,
    tools: [{ type: 'function', function: { name: 'double', description: 'Doubles', parameters } }],
    think: false,
  })
})
await refused(CHAT, { images: ['AA=='] }, ({ images }) =>
  client.chat({ ...chat, messages: [{ ...messages[0], images }] }),
)

const GENERATE = 'POST /api/generate'
const prompt = { model: 'tiny', prompt: 'Hi', options: { num_predict: 8, temperature: 0 } }
await works(GENERATE, 'an answer', async () => {
  assert.equal((await client.generate(prompt)).eval_count, 8)
})
await works(GENERATE, 'streaming', async () => {
  const whole = await client.generate(prompt)
  const lines = await all(await client.generate({ ...prompt, stream: true }))
  assert.equal(lines.map(({ response }) => response).join(''), whole.response)
})
await works(GENERATE, 'system, raw, format', async () => {
  await client.generate({ ...prompt, system: 'Be brief' })
  await client.generate({ ...prompt, raw: true })
  await client.generate({ ...prompt, options: { num_predict: 60 }, format: 'json' })
})
await refused(GENERATE, { template: 'x', context: [1], images: ['AA=='] }, (fields) =>
  client.generate({ ...prompt, ...fields }),
)

await works('POST /api/embed', 'texts', async () => {
  assert.equal((await client.embed({ model: 'bert', input: ['abc', 'hello'] })).embeddings.length, 2)
})
await works('POST /api/embed', 'dimensions, truncate', async () => {
  assert.equal(
    (await client.embed({ model: 'bert', input: 'abc', dimensions: 8, truncate: true })).embeddings[0].length,
    8,
  )
})
await works('POST /api/embeddings', 'a text', () => client.embeddings({ model: 'bert', prompt: 'abc' }))
await works('GET /api/tags', 'a list', async () =>
  assert.ok((await client.list()).models.some(({ name }) => name === 'tiny')),
)
await works('GET /api/ps', 'a list', async () => assert.ok((await client.ps()).models.length > 0))
await works('GET /api/version', 'the version', async () =>
  assert.match((await client.version()).version, /^\d/),
)
await works('POST /api/show', 'a model', async () =>
  assert.ok((await client.show({ model: 'tiny' })).capabilities.includes('completion')),
)
await works('POST /api/pull', 'progress', async () => {
  assert.equal((await all(await client.pull({ model: 'tiny', stream: true }))).at(-1).status, 'success')
})
report()
