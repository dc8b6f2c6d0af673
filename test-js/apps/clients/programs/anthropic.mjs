import assert from 'node:assert/strict'
import Anthropic from '@anthropic-ai/sdk'
import { all, ignored, refused, report, url, works } from './features.mjs'

const client = new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 })
const messages = [{ role: 'user', content: 'Hello there' }]
const message = { model: 'tiny', messages, max_tokens: 8, temperature: 0 }

const MESSAGES = 'POST /v1/messages'
await works(MESSAGES, 'an answer', async () => {
  const { content, stop_reason, usage } = await client.messages.create(message)
  assert.equal(content[0].type, 'text')
  assert.equal(stop_reason, 'max_tokens')
  assert.equal(usage.output_tokens, 8)
})
await works(MESSAGES, 'streaming', async () => {
  const whole = await client.messages.create(message)
  const events = await all(await client.messages.create({ ...message, stream: true }))
  assert.equal(events.map(({ delta }) => delta?.text ?? '').join(''), whole.content[0].text)
})
await works(MESSAGES, 'the stream helper', async () => {
  const stream = client.messages.stream(message)
  const final = await stream.finalMessage()
  assert.equal(final.content[0].text, await stream.finalText())
  assert.ok(final.usage.input_tokens + final.usage.cache_read_input_tokens > 0)
})
for (const [feature, fields] of Object.entries({
  system: { system: [{ type: 'text', text: 'Be brief' }] },
  'stop_sequences, top_k, top_p': { stop_sequences: ['zzz'], top_k: 5, top_p: 0.9 },
  'tool_use, tool_result in the history': {
    messages: [
      ...messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'noon' }] },
    ],
  },
  'text documents': {
    messages: [
      {
        role: 'user',
        content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A page' } }],
      },
    ],
  },
})) {
  await works(MESSAGES, feature, () => client.messages.create({ ...message, ...fields }))
}
await works(MESSAGES, 'output_config (json_schema)', async () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  }
  const { content } = await client.messages.create({
    ...message,
    max_tokens: 60,
    output_config: { format: { type: 'json_schema', schema } },
  })
  assert.equal(typeof JSON.parse(content[0].text).n, 'number')
})
const tools = [
  {
    name: 'double',
    input_schema: {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    },
  },
]
const called = { ...message, max_tokens: 200, tools, tool_choice: { type: 'any' } }
await works(MESSAGES, 'tools, tool_choice', async () => {
  const { content, stop_reason } = await client.messages.create(called)
  assert.equal(stop_reason, 'tool_use')
  assert.equal(typeof content.find(({ type }) => type === 'tool_use').input.n, 'number')
})
await works(MESSAGES, 'tools, streamed', async () => {
  const { content } = await client.messages.stream(called).finalMessage()
  assert.equal(typeof content.find(({ type }) => type === 'tool_use').input.n, 'number')
})
await ignored(MESSAGES, { thinking: { type: 'enabled', budget_tokens: 1024 } }, (fields) =>
  client.messages.create({ ...message, ...fields }).asResponse(),
)
const withMessage = (fields) => client.messages.create({ ...message, ...fields }).asResponse()
await ignored(
  MESSAGES,
  {
    metadata: { user_id: 'me' },
    service_tier: 'auto',
    cache_control: { type: 'ephemeral' },
    inference_geo: 'eu',
    speed: 'standard',
    diagnostics: {},
  },
  withMessage,
)
await refused(
  MESSAGES,
  {
    container: 'c',
    messages: [
      {
        role: 'user',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }],
      },
    ],
  },
  withMessage,
)
await works('POST /v1/messages/count_tokens', 'a count', async () => {
  assert.ok((await client.messages.countTokens({ model: 'tiny', messages })).input_tokens > 0)
})
await works('GET /v1/models', 'a list', async () => {
  assert.ok((await all(await client.models.list())).some(({ id }) => id === 'tiny'))
})
await works('GET /v1/models', 'one', async () => {
  assert.equal((await client.models.retrieve('tiny')).id, 'tiny')
})
report()
