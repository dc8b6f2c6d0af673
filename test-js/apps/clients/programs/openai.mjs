import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { all, ignored, refused, report, url, works } from './features.mjs'

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })
const messages = [{ role: 'user', content: 'Hello there' }]
const chat = { model: 'tiny', messages, max_completion_tokens: 8, temperature: 0 }
const Person = z.object({ name: z.string().max(10), age: z.number().int().min(0).max(120) })

const CHAT = 'POST /v1/chat/completions'
await works(CHAT, 'an answer', async () => {
  const { choices, usage } = await client.chat.completions.create(chat)
  assert.equal(choices[0].message.role, 'assistant')
  assert.equal(usage.completion_tokens, 8)
})
await works(CHAT, 'streaming', async () => {
  const whole = await client.chat.completions.create(chat)
  const chunks = await all(
    await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } }),
  )
  assert.equal(
    chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''),
    whole.choices[0].message.content,
  )
  assert.equal(chunks.at(-1).usage.completion_tokens, 8)
})
await works(CHAT, 'the stream helper', async () => {
  const stream = client.chat.completions.stream(chat)
  let text = ''
  stream.on('content', (delta) => {
    text += delta
  })
  const final = await stream.finalChatCompletion()
  assert.equal(final.choices[0].message.content, text)
  assert.equal(final.choices[0].finish_reason, 'length')
})
await works(CHAT, 'leaving a stream', async () => {
  const stream = await client.chat.completions.create({ ...chat, max_completion_tokens: 3000, stream: true })
  for await (const chunk of stream) if (chunk.choices[0].delta.content) break
})
await works(CHAT, 'response_format (zod, parse)', async () => {
  const completion = await client.chat.completions.parse({
    ...chat,
    max_completion_tokens: 100,
    response_format: zodResponseFormat(Person, 'person'),
  })
  assert.equal(typeof completion.choices[0].message.parsed.age, 'number')
})
await works(CHAT, 'response_format (json_object)', async () => {
  const { choices } = await client.chat.completions.create({
    ...chat,
    max_completion_tokens: 60,
    response_format: { type: 'json_object' },
  })
  assert.equal(typeof JSON.parse(choices[0].message.content), 'object')
})
for (const [feature, fields] of Object.entries({
  n: { n: 2 },
  stop: { stop: ['zzz'] },
  seed: { seed: 7 },
  logit_bias: { logit_bias: { 5: -100 } },
  'penalties, top_p': { presence_penalty: 0.5, frequency_penalty: 0.5, top_p: 0.9 },
  max_tokens: { max_tokens: 4, max_completion_tokens: undefined },
  'roles in any order': {
    messages: [
      { role: 'assistant', content: 'Hi' },
      { role: 'developer', content: 'Be brief' },
      ...messages,
      { role: 'system', content: 'Now' },
    ],
  },
  'content parts': { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
})) {
  await works(CHAT, feature, async () => {
    const { choices } = await client.chat.completions.create({ ...chat, ...fields })
    assert.equal(choices.length, fields.n ?? 1)
  })
}
await works(CHAT, 'logprobs', async () => {
  const { choices } = await client.chat.completions.create({ ...chat, logprobs: true, top_logprobs: 2 })
  assert.equal(choices[0].logprobs.content[0].top_logprobs.length, 2)
})
const parameters = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
}
const tools = [
  { type: 'function', function: { name: 'double', description: 'Doubles', parameters, strict: true } },
]
const called = {
  ...chat,
  max_completion_tokens: 200,
  tools,
  tool_choice: 'required',
  parallel_tool_calls: false,
}
await works(CHAT, 'tools, tool_choice, parallel_tool_calls', async () => {
  const { choices } = await client.chat.completions.create(called)
  assert.equal(choices[0].finish_reason, 'tool_calls')
  const [{ function: call, id }] = choices[0].message.tool_calls
  assert.equal(call.name, 'double')
  assert.equal(typeof JSON.parse(call.arguments).n, 'number')
  const results = [choices[0].message, { role: 'tool', tool_call_id: id, content: 'fine' }]
  await client.chat.completions.create({ ...chat, tools, messages: [...messages, ...results] })
})
await works(CHAT, 'tools, streamed', async () => {
  const final = await client.chat.completions.stream(called).finalChatCompletion()
  assert.equal(typeof JSON.parse(final.choices[0].message.tool_calls[0].function.arguments).n, 'number')
})
await works(CHAT, 'the tools runner', async () => {
  let received
  const double = (args) => {
    received = args
    return 'fine'
  }
  const runner = client.chat.completions.runTools({
    ...called,
    tool_choice: { type: 'function', function: { name: 'double' } },
    tools: [
      {
        type: 'function',
        function: { function: double, parse: JSON.parse, name: 'double', description: 'Doubles', parameters },
      },
    ],
  })
  await runner.done()
  assert.equal(typeof received.n, 'number')
})
await refused(CHAT, { 'custom tools': [{ type: 'custom', custom: { name: 'x' } }] }, (fields) =>
  client.chat.completions.create({ ...chat, tools: fields['custom tools'] }),
)
await ignored(CHAT, { reasoning_effort: 'low' }, (fields) =>
  client.chat.completions.create({ ...chat, ...fields }).asResponse(),
)
const withChat = (fields) => client.chat.completions.create({ ...chat, ...fields }).asResponse()
await ignored(
  CHAT,
  {
    user: 'me',
    metadata: { a: 'b' },
    store: true,
    service_tier: 'auto',
    safety_identifier: 'me',
    prompt_cache_key: 'k',
    prompt_cache_retention: '24h',
    prompt_cache_options: {},
    prediction: { type: 'content', content: 'Hi' },
    verbosity: 'low',
    moderation: {},
  },
  withChat,
)
await refused(
  CHAT,
  {
    audio: { voice: 'alloy', format: 'wav' },
    modalities: ['text', 'audio'],
    functions: [{ name: 'f' }],
    function_call: 'auto',
    web_search_options: {},
    messages: [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
    ],
  },
  withChat,
)

const COMPLETIONS = 'POST /v1/completions'
const completion = { model: 'tiny', prompt: 'in the', max_tokens: 5, temperature: 0 }
await works(COMPLETIONS, 'an answer', async () => {
  assert.equal((await client.completions.create(completion)).choices[0].finish_reason, 'length')
})
await works(COMPLETIONS, 'streaming', async () => {
  const whole = await client.completions.create(completion)
  const chunks = await all(await client.completions.create({ ...completion, stream: true }))
  assert.equal(chunks.map(({ choices }) => choices[0].text).join(''), whole.choices[0].text)
})
for (const [feature, fields, count] of /** @type {const} */ ([
  ['prompts', { prompt: ['a', 'b'] }, 2],
  ['token ids', { prompt: [5, 6, 7] }, 1],
  ['echo', { echo: true }, 1],
  ['n', { n: 2 }, 2],
  ['logprobs', { logprobs: 1 }, 1],
  [
    'stop, seed, logit_bias, penalties',
    { stop: 'zzz', seed: 3, logit_bias: { 5: 1 }, presence_penalty: 0.1, frequency_penalty: 0.1, top_p: 0.9 },
    1,
  ],
])) {
  await works(COMPLETIONS, feature, async () => {
    assert.equal((await client.completions.create({ ...completion, ...fields })).choices.length, count)
  })
}
const withCompletion = (fields) => client.completions.create({ ...completion, ...fields }).asResponse()
await ignored(COMPLETIONS, { user: 'me' }, withCompletion)
await refused(COMPLETIONS, { best_of: 3, suffix: 'end' }, withCompletion)

const EMBEDDINGS = 'POST /v1/embeddings'
await works(EMBEDDINGS, 'base64 (the default)', async () => {
  const { data } = await client.embeddings.create({ model: 'bert', input: ['abc', 'hello'] })
  const floats = await client.embeddings.create({
    model: 'bert',
    input: ['abc', 'hello'],
    encoding_format: 'float',
  })
  assert.deepEqual(
    data.map(({ embedding }) => [...embedding]),
    floats.data.map(({ embedding }) => embedding),
  )
})
await works(EMBEDDINGS, 'float', () =>
  client.embeddings.create({ model: 'bert', input: 'abc', encoding_format: 'float' }),
)
await works(EMBEDDINGS, 'dimensions', async () => {
  const { data } = await client.embeddings.create({ model: 'bert', input: 'abc', dimensions: 8 })
  assert.equal(data[0].embedding.length, 8)
})
await ignored(EMBEDDINGS, { user: 'me' }, (fields) =>
  client.embeddings.create({ model: 'bert', input: 'abc', encoding_format: 'float', ...fields }).asResponse(),
)
await refused(EMBEDDINGS, { input: [1, 2] }, (fields) =>
  client.embeddings.create({ model: 'bert', ...fields }),
)

const DECISIONS = 'POST /v1/decisions'
const questions = [{ type: 'predicate', name: 'angry', instructions: 'Is the customer angry?' }]
await works(DECISIONS, 'predicate, choice, score', async () => {
  const more = [
    { type: 'choice', instructions: 'What?', choices: [{ value: 'a' }, { value: 'b' }] },
    { type: 'score', instructions: 'How?', levels: [{ label: 'low' }, { label: 'high' }] },
  ]
  const { answers } = await client.decisions.create({
    model: 'tiny',
    input: 'It was late.',
    questions: [...questions, ...more],
  })
  assert.ok(answers[0].probability >= 0 && answers[0].probability <= 1)
  assert.ok(['a', 'b'].includes(answers[1].choice))
  assert.ok(answers[2].score >= 0 && answers[2].score <= 1)
})
await ignored(
  DECISIONS,
  { prompt_cache_key: 'k', prompt_cache_options: {}, safety_identifier: 'me' },
  (fields) =>
    client.decisions.create({ model: 'tiny', input: 'It was late.', questions, ...fields }).asResponse(),
)
await works('GET /v1/models', 'a list', async () => {
  assert.ok((await all(await client.models.list())).some(({ id }) => id === 'tiny'))
})
await works('GET /v1/models', 'one', async () => {
  assert.equal((await client.models.retrieve('tiny')).id, 'tiny')
})

const RESPONSES = 'POST /v1/responses'
const response = { model: 'tiny', input: 'Hello there', max_output_tokens: 8, temperature: 0 }
await works(RESPONSES, 'an answer', async () => {
  const { output_text, status } = await client.responses.create(response)
  assert.equal(typeof output_text, 'string')
  assert.equal(status, 'incomplete')
})
await works(RESPONSES, 'streaming', async () => {
  const whole = await client.responses.create(response)
  const events = await all(await client.responses.create({ ...response, stream: true }))
  assert.equal(events.map(({ delta }) => delta ?? '').join(''), whole.output_text)
})
await works(RESPONSES, 'the stream helper', async () => {
  const stream = client.responses.stream(response)
  const final = await stream.finalResponse()
  assert.equal(final.output[0].type, 'message')
})
await works(RESPONSES, 'text.format (zod, parse)', async () => {
  const { output_parsed } = await client.responses.parse({
    ...response,
    max_output_tokens: 100,
    text: { format: zodTextFormat(Person, 'person') },
  })
  assert.equal(typeof output_parsed.age, 'number')
})
await works(RESPONSES, 'instructions, items', () =>
  client.responses.create({
    ...response,
    instructions: 'Be brief',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
  }),
)
await works(RESPONSES, 'previous_response_id, store', async () => {
  const first = await client.responses.create(response)
  const next = await client.responses.create({ ...response, previous_response_id: first.id })
  assert.equal(next.previous_response_id, first.id)
  assert.equal((await client.responses.retrieve(first.id)).id, first.id)
  assert.equal((await all(await client.responses.inputItems.list(next.id))).length, 1)
  await client.responses.delete(first.id)
  await assert.rejects(client.responses.retrieve(first.id), { status: 404 })
})
await works(RESPONSES, 'background, cancel', async () => {
  const begun = await client.responses.create({ ...response, background: true })
  const cancelled = await client.responses.cancel(begun.id)
  assert.ok(['cancelled', 'incomplete'].includes(cancelled.status))
})
await works(RESPONSES, 'include (logprobs)', async () => {
  const { output } = await client.responses.create({
    ...response,
    include: ['message.output_text.logprobs'],
    top_logprobs: 1,
  })
  assert.equal(output[0].content[0].logprobs[0].top_logprobs.length, 1)
})
const responseTools = {
  ...response,
  max_output_tokens: 200,
  tool_choice: 'required',
  tools: [{ type: 'function', name: 'double', parameters, strict: true }],
}
await works(RESPONSES, 'tools, tool_choice', async () => {
  const first = await client.responses.create(responseTools)
  const call = first.output.find(({ type }) => type === 'function_call')
  assert.equal(typeof JSON.parse(call.arguments).n, 'number')
  const input = [{ type: 'function_call_output', call_id: call.call_id, output: 'fine' }]
  await client.responses.create({
    ...response,
    previous_response_id: first.id,
    input,
    tools: responseTools.tools,
  })
})
await works(RESPONSES, 'tools, streamed', async () => {
  const final = await client.responses.stream(responseTools).finalResponse()
  assert.ok(final.output.some(({ type }) => type === 'function_call'))
})
await ignored(RESPONSES, { reasoning: { effort: 'low' } }, (fields) =>
  client.responses.create({ ...response, ...fields }).asResponse(),
)
await works('POST /v1/responses/input_tokens', 'a count', async () => {
  assert.ok(
    (await client.responses.inputTokens.count({ model: 'tiny', input: 'Hello there' })).input_tokens > 0,
  )
})
const withResponse = (fields) => client.responses.create({ ...response, ...fields }).asResponse()
await ignored(
  RESPONSES,
  {
    user: 'me',
    service_tier: 'auto',
    safety_identifier: 'me',
    prompt_cache_key: 'k',
    prompt_cache_retention: '24h',
    prompt_cache_options: {},
    max_tool_calls: 3,
    moderation: {},
    access_programs: {},
    background_options: {},
    image: {},
  },
  withResponse,
)
await refused(
  RESPONSES,
  {
    conversation: 'c',
    prompt: { id: 'p' },
    context_management: [{ type: 'compaction' }],
    truncation: 'auto',
    input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }],
  },
  withResponse,
)
report()
