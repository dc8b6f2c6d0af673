import assert from 'node:assert/strict'
import { withServer } from './withServer.js'

const messages = [{ role: 'user', content: 'Hello there' }]
const short = { model: 'tiny', messages, max_tokens: 12, temperature: 0 }

describe('POST /v1/messages', () => {
  const served = withServer()
  const ask = (/** @type {object} */ body, status = 200) => served.ask('/v1/messages', body, status)

  it('answers as generate does', async () => {
    const { id, usage, ...answer } = await ask(short)
    const { text, usage: expected } = await served.model.generate(messages, { maxTokens: 12, temperature: 0 })
    assert.match(id, /^msg_/)
    assert.deepEqual(answer, {
      type: 'message',
      role: 'assistant',
      model: 'tiny',
      container: null,
      content: [{ type: 'text', text, citations: null }],
      stop_reason: 'max_tokens',
      stop_sequence: null,
    })
    assert.equal(usage.input_tokens + usage.cache_read_input_tokens, expected.promptTokens)
    assert.equal(usage.output_tokens, 12)
  })

  it('streams a message, its block and its end', async () => {
    const [{ text }] = (await ask(short)).content
    const events = await served.events('/v1/messages', short)
    assert.deepEqual(
      events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]),
      [
        'message_start',
        'content_block_start',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ],
    )
    const { input_tokens } = await served.ask('/v1/messages/count_tokens', { model: 'tiny', messages })
    assert.equal(events[0].message.usage.input_tokens, input_tokens)
    assert.deepEqual(events[0].message.content, [])
    assert.equal(events.map(({ delta }) => delta?.text ?? '').join(''), text)
    const { delta, usage } = events.at(-2)
    assert.deepEqual(delta, { stop_reason: 'max_tokens', stop_sequence: null })
    assert.equal(usage.output_tokens, 12)
    assert.equal(usage.input_tokens + usage.cache_read_input_tokens, input_tokens)
  })

  it('names the stop text that ended it', async () => {
    const [{ text }] = (await ask(short)).content
    const stop = text.slice(4, 6)
    for (const answer of [
      await ask({ ...short, stop_sequences: ['nowhere', stop] }),
      (await served.events('/v1/messages', { ...short, stop_sequences: [stop] })).at(-2).delta,
    ]) {
      assert.deepEqual([answer.stop_reason, answer.stop_sequence], ['stop_sequence', stop])
    }
  })

  it('holds a format', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    }
    const output_config = { format: { type: 'json_schema', schema } }
    const { content, usage } = await ask({ ...short, max_tokens: 60, output_config })
    assert.deepEqual(Object.keys(JSON.parse(content[0].text)), ['n'])
    const { model, messages } = short
    const counted = await served.ask('/v1/messages/count_tokens', { model, messages, output_config })
    assert.equal(usage.input_tokens + usage.cache_read_input_tokens, counted.input_tokens)
    const without = await served.ask('/v1/messages/count_tokens', { model, messages })
    assert.ok(counted.input_tokens > without.input_tokens)
  })

  it('reads blocks: system, thoughts, tools and their results', async () => {
    const conversation = [
      {
        role: 'user',
        content: [{ type: 'text', text: 'What time is it?', cache_control: { type: 'ephemeral' } }],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'A clock.', signature: 'x' },
          { type: 'redacted_thinking', data: 'x' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 't1', name: 'clock', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'noon' }] },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'A page.' } },
        ],
      },
    ]
    const system = [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=1; cch=00000;' },
      { type: 'text', text: 'Be brief.' },
    ]
    const { input_tokens } = await served.ask('/v1/messages/count_tokens', {
      model: 'tiny',
      system,
      messages: conversation,
    })
    const same = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What time is it?' },
      {
        role: 'assistant',
        content: 'I look.',
        reasoning_content: 'A clock.',
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'clock', arguments: {} } }],
      },
      { role: 'tool', tool_call_id: 't1', content: 'noon' },
      { role: 'user', content: 'A page.' },
    ]
    assert.equal(input_tokens, served.model.applyTemplate(same).tokens.length)
    await ask({ ...short, system, messages: conversation })
  })

  it('refuses in the form of its clients', async () => {
    const { type, error, request_id } = await ask(
      { ...short, messages: [{ role: 'user', content: [{ type: 'image' }] }] },
      400,
    )
    assert.equal(type, 'error')
    assert.equal(error.type, 'invalid_request_error')
    assert.match(error.message, /^messages\[0\]\.content\[0\]\.type: /)
    assert.match(request_id, /^req_/)
    assert.equal((await ask({ model: 'none', max_tokens: 1, messages }, 404)).error.type, 'not_found_error')
    assert.equal((await ask({ model: 'tiny', messages }, 400)).error.message, 'max_tokens: is missing.')
    const response = await served.post('/v1/messages', {
      ...short,
      metadata: { user_id: 'me' },
      thinking: { type: 'disabled' },
    })
    assert.equal(response.headers.get('realm-ignored'), 'metadata')
    await response.text()
  })

  it('lists models in the form of its clients', async () => {
    const response = await served.get('/v1/models', { headers: { 'anthropic-version': '2023-06-01' } })
    const { data, has_more, first_id } = await response.json()
    assert.deepEqual([data[0].type, data[0].id, has_more, first_id], ['model', 'tiny', false, 'tiny'])
  })
})
