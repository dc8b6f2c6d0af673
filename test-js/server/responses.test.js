import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ResponseStore } from '../../js-bindings/lib/server/responses/ResponseStore.js'
import { withServer } from './withServer.js'

const short = { model: 'tiny', input: 'Hello there', max_output_tokens: 12, temperature: 0 }
const textOf = (/** @type {any} */ response) =>
  response.output.find(({ type }) => type === 'message').content[0].text

describe('POST /v1/responses', () => {
  const served = withServer({}, { contextLength: 16_384 })
  const ask = (/** @type {object} */ body, status = 200) => served.ask('/v1/responses', body, status)

  it('answers as generate does', async () => {
    const response = await ask({ ...short, instructions: 'Be brief.', metadata: { a: 'b' } })
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello there' },
    ]
    const { text, usage } = await served.model.generate(messages, { maxTokens: 12, temperature: 0 })
    assert.match(response.id, /^resp_/)
    assert.equal(textOf(response), text)
    assert.deepEqual([response.object, response.status, response.model], ['response', 'incomplete', 'tiny'])
    assert.deepEqual(response.incomplete_details, { reason: 'max_output_tokens' })
    assert.deepEqual(response.metadata, { a: 'b' })
    assert.equal(response.usage.input_tokens, usage.promptTokens)
    assert.equal(response.usage.output_tokens, 12)
    assert.deepEqual(response.usage.output_tokens_details, { reasoning_tokens: 0 })
  })

  it('streams each item from its beginning to its end, under the ids of the response', async () => {
    const whole = await ask(short)
    const events = await served.events('/v1/responses', short)
    assert.deepEqual(
      events.map(({ sequence_number }) => sequence_number),
      events.map((_, i) => i),
    )
    assert.deepEqual(
      events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]),
      [
        'response.created',
        'response.in_progress',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.delta',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.incomplete',
      ],
    )
    assert.equal(events.map(({ delta }) => delta ?? '').join(''), textOf(whole))
    const { response } = events.at(-1)
    assert.equal(response.id, events[0].response.id)
    const [{ id }] = response.output
    assert.ok(events.every(({ item_id = id, item = { id } }) => item_id === id && item.id === id))
    assert.deepEqual(
      (await (await served.get(`/v1/responses/${response.id}`)).json()).output,
      response.output,
    )
  })

  it('goes on with a response, and forgets it where it is told to', async () => {
    const first = await ask(short)
    const second = await ask({ ...short, input: 'And now?', previous_response_id: first.id })
    const messages = [
      { role: 'user', content: 'Hello there' },
      { role: 'assistant', content: textOf(first) },
      { role: 'user', content: 'And now?' },
    ]
    assert.equal(
      textOf(second),
      (await served.model.generate(messages, { maxTokens: 12, temperature: 0 })).text,
    )
    assert.equal(second.previous_response_id, first.id)
    const [{ id }] = first.output
    const referred = await ask({
      ...short,
      input: [
        { role: 'user', content: 'Hello there' },
        { type: 'item_reference', id },
        { role: 'user', content: 'And now?' },
      ],
    })
    assert.equal(textOf(referred), textOf(second))
    const items = await (await served.get(`/v1/responses/${second.id}/input_items`)).json()
    assert.deepEqual(items.data[0].content, [{ type: 'input_text', text: 'And now?' }])
    const deleted = await served.get(`/v1/responses/${first.id}`, { method: 'DELETE' })
    assert.deepEqual(await deleted.json(), { id: first.id, object: 'response', deleted: true })
    assert.equal((await served.get(`/v1/responses/${first.id}`)).status, 404)
    assert.equal((await ask({ ...short, previous_response_id: first.id }, 404)).error.code, 'not_found')
  })

  it('stores none that is not to be stored', async () => {
    const { id } = await ask({ ...short, store: false })
    assert.equal((await served.get(`/v1/responses/${id}`)).status, 404)
  })

  it('takes items without types, calls with their outputs, and thoughts', async () => {
    const input = [
      { role: 'user', content: 'What time is it?' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'A clock.' }] },
      { type: 'function_call', call_id: 'c1', name: 'clock', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'noon' },
      { role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
    ]
    const { input_tokens } = await served.ask('/v1/responses/input_tokens', { model: 'tiny', input })
    const messages = [
      { role: 'user', content: 'What time is it?' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'A clock.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'clock', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'noon' },
      { role: 'developer', content: 'Be brief.' },
    ]
    assert.equal(input_tokens, served.model.applyTemplate(messages).tokens.length)
    for (const [item, param] of /** @type {[object, string][]} */ ([
      [{ type: 'web_search_call' }, 'input[0].type'],
      [{ role: 'user', content: [{ type: 'input_image' }] }, 'input[0].content[0].type'],
      [{ role: 'boss', content: 'x' }, 'input[0].role'],
      [{ type: 'function_call', call_id: 'a', name: 'b' }, 'input[0].arguments'],
      [{ type: 'item_reference', id: 'msg_none' }, 'input[0].id'],
    ])) {
      assert.equal((await ask({ ...short, input: [item] }, 400)).error.param, param)
    }
    assert.equal((await ask({ model: 'tiny' }, 400)).error.param, 'input')
  })

  it('holds a format, and tells log-probabilities', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    }
    const text = { format: { type: 'json_schema', name: 'n', strict: true, schema } }
    const response = await ask({
      ...short,
      max_output_tokens: 60,
      text,
      include: ['message.output_text.logprobs'],
      top_logprobs: 1,
    })
    assert.equal(response.status, 'completed')
    const [{ logprobs }] = response.output[0].content
    assert.deepEqual(Object.keys(JSON.parse(textOf(response))), ['n'])
    const { model, input } = short
    const counted = await served.ask('/v1/responses/input_tokens', { model, input, text })
    assert.equal(response.usage.input_tokens, counted.input_tokens)
    const hidden = await served.ask('/v1/responses/input_tokens', { model, input, text, show_format: false })
    assert.ok(hidden.input_tokens < counted.input_tokens)
    assert.equal(
      logprobs
        .map(({ token }) => token)
        .join('')
        .trim(),
      textOf(response),
    )
    assert.ok(logprobs.every(({ top_logprobs }) => top_logprobs.length === 1))
  })

  it('makes one in the background, which may be waited for or cancelled', async () => {
    const begun = await ask({ ...short, background: true })
    assert.deepEqual([begun.status, begun.background], ['in_progress', true])
    const get = async (/** @type {string} */ id) => (await served.get(`/v1/responses/${id}`)).json()
    let found = begun
    while (found.status === 'in_progress') found = await get(begun.id)
    assert.equal(textOf(found), textOf(await ask(short)))
    const inBackground = (/** @type {number} */ minItems, /** @type {number} */ max_output_tokens) =>
      ask({
        model: 'tiny',
        input: 'Hi',
        background: true,
        max_output_tokens,
        text: {
          format: {
            type: 'json_schema',
            name: 'x',
            schema: { type: 'array', minItems, items: { type: 'integer' } },
          },
        },
      })
    const long = await inBackground(4000, 15_000)
    const cancelled = await served.ask(`/v1/responses/${long.id}/cancel`, {})
    assert.equal(cancelled.status, 'cancelled')
    while (served.model.stats().running + served.model.stats().paused > 0)
      await new Promise((resolve) => setImmediate(resolve))
    found = await get(long.id)
    while (found.status === 'in_progress') found = await get(long.id)
    assert.equal(found.status, 'cancelled')

    found = await inBackground(4000, 3000)
    while (found.status === 'in_progress') found = await get(found.id)
    assert.deepEqual([found.status, found.error.code], ['failed', 'INVALID_ARGUMENT'])
    assert.equal((await ask({ ...short, background: true, stream: true }, 400)).error.param, 'background')
    assert.equal((await ask({ ...short, background: true, store: false }, 400)).error.param, 'store')
  })
})

describe('Stored responses', () => {
  const sha256 = (/** @type {string} */ key) => createHash('sha256').update(key).digest('hex')
  const served = withServer({ keys: ['a', 'b'].map((name) => ({ name, sha256: sha256(name) })) })

  it('are there for the key alone that made them', async () => {
    const as = (/** @type {string} */ key) => ({ headers: { authorization: `Bearer ${key}` } })
    const { id } = await (await served.post('/v1/responses', short, as('a'))).json()
    assert.equal((await served.get(`/v1/responses/${id}`, as('a'))).status, 200)
    assert.equal((await served.get(`/v1/responses/${id}`, as('b'))).status, 404)
    assert.equal(
      (await served.post('/v1/responses', { ...short, previous_response_id: id }, as('b'))).status,
      404,
    )
  })

  it('are as many as may be, those that are used last', () => {
    const store = new ResponseStore(2)
    const put = (/** @type {string} */ id) =>
      store.put({ owner: '', response: { id, output: [] }, input: [], before: [] })
    put('1')
    put('2')
    store.get('1', '')
    put('3')
    assert.equal(store.get('1', '').response.id, '1')
    assert.throws(() => store.get('2', ''), { code: 'not_found' })
  })
})
