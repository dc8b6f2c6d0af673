import assert from 'node:assert/strict'
import { eventsOf, withServer } from './withServer.js'

const messages = [{ role: 'user', content: 'Hello there' }]
const short = { messages, max_tokens: 12, temperature: 0 }

describe('POST /v1/chat/completions', () => {
  const served = withServer()
  const ask = (/** @type {object} */ body, status = 200) => served.ask('/v1/chat/completions', body, status)
  const textOf = (/** @type {any} */ answer) => answer.choices[0].message.content

  it('answers as generate does', async () => {
    const { id, created, ...answer } = await ask({ model: 'tiny', ...short })
    const { text, usage } = await served.model.generate(messages, { maxTokens: 12, temperature: 0 })
    assert.match(id, /^chatcmpl-/)
    assert.ok(Math.abs(created - Date.now() / 1000) < 60)
    assert.deepEqual(answer, {
      object: 'chat.completion',
      model: 'tiny',
      system_fingerprint: null,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'length',
        },
      ],
      usage: {
        prompt_tokens: usage.promptTokens,
        completion_tokens: 12,
        total_tokens: usage.promptTokens + 12,
        prompt_tokens_details: { cached_tokens: answer.usage.prompt_tokens_details.cached_tokens },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    })
  })

  it('streams the role first and once, the text, the reason, the usage and the end', async () => {
    const whole = await ask(short)
    const events = await served.events('/v1/chat/completions', {
      ...short,
      stream_options: { include_usage: true },
    })
    assert.equal(events.at(-1), '[DONE]')
    const chunks = events.slice(0, -1)
    assert.equal(new Set(chunks.map(({ id }) => id)).size, 1)
    assert.equal(new Set(chunks.map(({ created }) => created)).size, 1)
    const deltas = chunks.slice(0, -1).map(({ choices: [{ delta }] }) => delta)
    assert.deepEqual(deltas[0], { role: 'assistant', content: '' })
    assert.ok(deltas.slice(1).every((delta) => !('role' in delta)))
    assert.ok(deltas.slice(1, -1).every(({ content }) => content !== ''))
    assert.equal(deltas.map(({ content }) => content ?? '').join(''), textOf(whole))
    assert.deepEqual(
      chunks.map(({ choices }) => choices[0]?.finish_reason ?? null),
      [...chunks.slice(0, -2).map(() => null), 'length', null],
    )
    assert.deepEqual(chunks.at(-1).choices, [])
    assert.equal(chunks.at(-1).usage.completion_tokens, 12)
    assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null))
  })

  it('has no usage in a stream where nobody asks for it', async () => {
    const events = await served.events('/v1/chat/completions', short)
    assert.ok(events.slice(0, -1).every((chunk) => !('usage' in chunk) && chunk.choices.length === 1))
  })

  it('makes several answers, streamed those of the same seeds', async () => {
    const several = { ...short, temperature: 2, seed: 40, n: 3 }
    const { choices, usage } = await ask(several)
    assert.deepEqual(
      choices.map(({ index }) => index),
      [0, 1, 2],
    )
    assert.equal(usage.completion_tokens, 36)
    const events = await served.events('/v1/chat/completions', {
      ...several,
      stream_options: { include_usage: true },
    })
    const streamed = ['', '', '']
    for (const {
      choices: [choice],
    } of events.slice(0, -2))
      streamed[choice.index] += choice.delta.content ?? ''
    assert.deepEqual(
      streamed,
      choices.map(({ message }) => message.content),
    )
    assert.equal(events.at(-2).usage.completion_tokens, 36)
  })

  it('takes both names of the most tokens, a stop text and a bias', async () => {
    const text = textOf(await ask(short))
    assert.equal(
      (await ask({ ...short, max_tokens: undefined, max_completion_tokens: 3 })).usage.completion_tokens,
      3,
    )
    const stop = text.slice(4, 6)
    const stopped = await ask({ ...short, stop })
    assert.equal(textOf(stopped), text.slice(0, text.indexOf(stop)))
    assert.equal(stopped.choices[0].finish_reason, 'stop')
    const [first] = (await served.model.generate(messages, { maxTokens: 1, temperature: 0 })).tokens
    assert.notEqual(
      textOf(await ask({ ...short, max_tokens: 1, logit_bias: { [first]: -100 } })),
      textOf(await ask({ ...short, max_tokens: 1 })),
    )
  })

  it('tells the log-probabilities of tokens, whole and streamed', async () => {
    const asked = { ...short, max_tokens: 4, logprobs: true, top_logprobs: 2 }
    const { logprobs } = await served.model.generate(messages, { maxTokens: 4, temperature: 0, logprobs: 2 })
    const [{ logprobs: whole }] = (await ask(asked)).choices
    assert.deepEqual(
      whole.content.map(({ token, logprob, bytes }) => ({ token, logprob, bytes })),
      logprobs.map(({ token, logprob, bytes }) => ({ token, logprob, bytes })),
    )
    assert.ok(whole.content.every(({ top_logprobs }) => top_logprobs.length === 2))
    assert.equal(whole.refusal, null)
    const events = await served.events('/v1/chat/completions', asked)
    const streamed = events.slice(0, -1).flatMap(({ choices: [choice] }) => choice.logprobs?.content ?? [])
    assert.deepEqual(streamed, whole.content)
    assert.equal((await ask({ ...short, top_logprobs: 2 }, 400)).error.param, 'top_logprobs')
  })

  it('holds a response format', async () => {
    const schema = {
      type: 'object',
      properties: { age: { type: 'integer' } },
      required: ['age'],
      additionalProperties: false,
    }
    const response_format = { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } }
    const answer = await ask({ ...short, max_tokens: 60, response_format })
    assert.deepEqual(Object.keys(JSON.parse(textOf(answer))), ['age'])
    const tokensOf = (format) => served.model.applyTemplate(messages, { format }).tokens.length
    assert.equal(answer.usage.prompt_tokens, tokensOf({ title: 'person', ...schema }))
    const hidden = await ask({ ...short, max_tokens: 60, response_format, show_format: false })
    assert.equal(hidden.usage.prompt_tokens, tokensOf(undefined))
    const any = await ask({ ...short, max_tokens: 60, response_format: { type: 'json_object' } })
    assert.equal(typeof JSON.parse(textOf(any)), 'object')
    const refused = {
      type: 'json_schema',
      json_schema: { name: 'x', schema: { type: 'string', format: 'made-up' } },
    }
    assert.equal((await ask({ ...short, response_format: refused }, 400)).error.code, 'SCHEMA_UNSUPPORTED')
  })

  it('takes roles in any order, parts of text, and what clients replay of answers', async () => {
    await ask({
      ...short,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One' },
            { type: 'text', text: 'Two' },
          ],
        },
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'assistant',
          content: [{ type: 'refusal', refusal: 'No.' }],
          refusal: null,
          audio: null,
          annotations: [],
        },
        { role: 'user', content: 'Three', name: 'me' },
        { role: 'system', content: 'Now.' },
      ],
    })
  })

  it('says which fields have no effect, and takes null for one that is left out', async () => {
    const response = await served.post('/v1/chat/completions', {
      ...short,
      user: 'me',
      metadata: { a: 'b' },
      store: true,
      tools: [],
      functions: [],
      temperature: null,
      seed: null,
      stop: null,
      response_format: null,
    })
    assert.equal(response.status, 200, await response.text())
    assert.equal(response.headers.get('realm-ignored'), 'user, metadata, store, functions')
  })

  it('refuses what it cannot honour, by the name of the field', async () => {
    for (const [field, value] of /** @type {const} */ ([
      ['audio', { voice: 'alloy' }],
      ['modalities', ['text', 'audio']],
      ['functions', [{ name: 'f' }]],
      ['web_search_options', {}],
    ])) {
      const { error } = await ask({ ...short, [field]: value }, 400)
      assert.deepEqual(
        [error.code, error.param, error.type],
        ['unsupported_field', field, 'invalid_request_error'],
      )
    }
    const { error } = await ask({ ...short, max_tokns: 3 }, 400)
    assert.deepEqual([error.code, error.param], ['unknown_field', 'max_tokns'])
    assert.match(error.message, /Did you mean max_tokens\?/)
  })

  it('names the place of a value that is wrong', async () => {
    for (const [change, param] of /** @type {const} */ ([
      [{ messages: [] }, 'messages'],
      [{ messages: 'Hi' }, 'messages'],
      [{ messages: [{ role: 'user' }, { role: 'boss', content: 'x' }] }, 'messages[1].role'],
      [{ messages: [{ role: 'user', content: 3 }] }, 'messages[0].content'],
      [
        { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
        'messages[0].content[0].type',
      ],
      [{ temperature: -1 }, 'temperature'],
      [{ seed: 1.5 }, 'seed'],
      [{ n: 0 }, 'n'],
      [{ n: 17 }, 'n'],
      [{ logit_bias: { x: 1 } }, 'logit_bias.x'],
      [{ logit_bias: { 9999: 1 } }, undefined],
      [{ stream: 'yes' }, 'stream'],
      [{ response_format: { type: 'xml' } }, 'response_format.type'],
      [{ model: 'nope' }, 'model'],
    ])) {
      const response = await served.post('/v1/chat/completions', { ...short, ...change })
      const { error } = await response.json()
      assert.ok([400, 404].includes(response.status), JSON.stringify(change))
      if (param !== undefined) assert.equal(error.param, param, error.message)
      assert.ok(error.code)
    }
  })

  it('refuses a prompt that does not fit, by a status or, where its stream has begun, by an event', async () => {
    const long = [{ role: 'user', content: 'word '.repeat(3000) }]
    assert.equal((await ask({ ...short, messages: long }, 400)).error.code, 'context_length_exceeded')
    const response = await served.post('/v1/chat/completions', { ...short, messages: long, stream: true })
    const text = await response.text()
    const { error } = response.status === 400 ? JSON.parse(text) : eventsOf(text)[0]
    assert.equal(error.code, 'context_length_exceeded')
  })

  it('keeps special tokens in messages plain', async () => {
    const { usage } = await ask({ ...short, messages: [{ role: 'user', content: '<|im_end|>' }] })
    const plain = await ask({ ...short, messages: [{ role: 'user', content: '<|im_abc|>' }] })
    assert.equal(usage.prompt_tokens, plain.usage.prompt_tokens)
  })
})
