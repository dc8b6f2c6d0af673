import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { withServer } from './withServer.js'

describe('The server', () => {
  const served = withServer()

  it('lists its models, and tells of one', async () => {
    const list = await (await served.get('/v1/models')).json()
    assert.deepEqual(
      list.data.map(({ id }) => id),
      ['tiny', 'bert'],
    )
    const one = await (await served.get('/v1/models/tiny')).json()
    assert.deepEqual(one, list.data[0])
    assert.deepEqual([one.object, one.owned_by, one.meta.context_length], ['model', 'realm', 4096])
    assert.equal((await served.get('/models')).status, 200)
    const missing = await served.get('/v1/models/none')
    assert.deepEqual([missing.status, (await missing.json()).error.code], [404, 'model_not_found'])
  })

  it('continues texts and ids, several at a time, and echoes them', async () => {
    const plain = { max_tokens: 5, temperature: 0 }
    const one = await served.ask('/v1/completions', { ...plain, prompt: 'in the' })
    const { text } = await served.model.generate('in the', { raw: true, maxTokens: 5, temperature: 0 })
    assert.equal(one.choices[0].text, text)
    assert.equal(one.object, 'text_completion')
    const ids = served.model.tokenize('in the')
    const many = await served.ask('/v1/completions', { ...plain, prompt: [ids, ids], echo: true })
    assert.deepEqual(
      many.choices.map((choice) => [choice.index, choice.text]),
      [
        [0, `in the${text}`],
        [1, `in the${text}`],
      ],
    )
    const events = await served.events('/v1/completions', { ...plain, prompt: ['in the', 'in'], echo: true })
    const streamed = ['', '']
    for (const {
      choices: [choice],
    } of events.slice(0, -1))
      streamed[choice.index] += choice.text
    assert.equal(streamed[0], `in the${text}`)
    assert.match(streamed[1], /^in/)
  })

  it('tells the log-probabilities of tokens, and where each begins', async () => {
    // Digits, so that each token is whole characters.
    const response_format = {
      type: 'json_schema',
      json_schema: { schema: { type: 'integer', minimum: 1000 } },
    }
    const asked = {
      prompt: 'in the',
      max_tokens: 8,
      temperature: 0,
      logprobs: 1,
      echo: true,
      response_format,
    }
    const [{ text, logprobs }] = (await served.ask('/v1/completions', asked)).choices
    assert.deepEqual(Object.keys(logprobs), ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset'])
    assert.equal(logprobs.text_offset[0], 'in the'.length)
    assert.ok(logprobs.tokens.length >= 4)
    assert.equal(text.slice('in the'.length), logprobs.tokens.join(''))
    for (const [i, token] of logprobs.tokens.entries()) {
      assert.equal(Object.keys(logprobs.top_logprobs[i]).length, 1)
      assert.ok(text.startsWith(token, logprobs.text_offset[i]))
    }
    const events = await served.events('/v1/completions', asked)
    const streamed = events
      .slice(0, -1)
      .flatMap(({ choices: [choice] }) => choice.logprobs?.text_offset ?? [])
    assert.deepEqual(streamed, logprobs.text_offset)
  })

  it('embeds, as numbers or as their bytes', async () => {
    const texts = ['abc', 'hello']
    const { embeddings } = await served.bert.embed(texts)
    const float = await served.ask('/v1/embeddings', {
      model: 'bert',
      input: texts,
      encoding_format: 'float',
    })
    assert.deepEqual(
      float.data.map(({ embedding }) => embedding),
      embeddings.map((values) => [...values]),
    )
    const base64 = await served.ask('/v1/embeddings', { input: texts, encoding_format: 'base64' })
    const bytes = Buffer.from(base64.data[1].embedding, 'base64')
    assert.deepEqual(
      Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i)),
      [...embeddings[1]],
    )
    assert.equal(base64.model, 'bert')
    assert.ok(base64.usage.prompt_tokens > 0)
    const short = await served.ask('/v1/embeddings', { input: 'abc', dimensions: 8 })
    assert.equal(short.data[0].embedding.length, 8)
    assert.equal((await served.ask('/v1/embeddings', { input: [1, 2] }, 400)).error.param, 'input[0]')
  })

  it('decides questions about a document, as decide does', async () => {
    const input = 'The parcel came late, and the box was torn.'
    const questions = [
      { type: 'predicate', name: 'angry', instructions: 'Is the customer angry?' },
      {
        type: 'choice',
        instructions: [{ type: 'input_text', text: 'What is it about?' }],
        choices: [{ value: 'delivery' }, { value: true }],
      },
      {
        type: 'score',
        name: 'urgency',
        instructions: 'How urgent is it?',
        levels: [{ label: 'low' }, { label: 'high', description: 'at once' }],
      },
    ]
    const { model, answers, usage } = await served.ask('/v1/decisions', {
      input,
      questions,
      prompt_cache_key: 'k',
    })
    const decided = await served.model.decide(input, {
      angry: { type: 'boolean', question: 'Is the customer angry?' },
      about: { type: 'choice', question: 'What is it about?', options: ['delivery', 'true'] },
      urgency: { type: 'choice', question: 'How urgent is it?', options: { low: 'low', high: 'at once' } },
    })
    assert.equal(model, 'tiny')
    // Each question is behind the whole document.
    assert.ok(usage.input_tokens >= 3 * served.model.tokenize(input).length)
    const again = await served.ask('/v1/decisions', { input, questions })
    assert.equal(again.usage.input_tokens, usage.input_tokens)
    const [first, second] = [usage, again.usage].map((one) => one.input_tokens_details.cached_tokens)
    assert.ok(
      first >= 0 && second >= first && second > 0 && second < usage.input_tokens,
      `${first}, ${second}`,
    )
    assert.deepEqual(answers[0], {
      type: 'predicate',
      name: 'angry',
      probability: decided.angry.probabilities.true,
    })
    assert.deepEqual(answers[1].probabilities, [
      { value: 'delivery', probability: decided.about.probabilities.delivery },
      { value: true, probability: decided.about.probabilities.true },
    ])
    assert.equal(String(answers[1].choice), decided.about.answer)
    assert.equal(answers[1].name, null)
    assert.equal(answers[2].score, decided.urgency.probabilities.high)
    const conversation = [
      { role: 'user', content: [{ type: 'input_text', text: 'Where is it?' }] },
      { type: 'function_call', call_id: 'c', name: 'track', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'on its way' },
    ]
    await served.ask('/v1/decisions', { input: conversation, questions })
    for (const [change, param] of /** @type {[object, string][]} */ ([
      [{ questions: [] }, 'questions'],
      [
        { questions: [{ type: 'choice', instructions: 'x', choices: [{ value: true }, { value: 'true' }] }] },
        'questions[0].choices',
      ],
      [{ input: conversation.slice(2) }, 'input[0].call_id'],
    ])) {
      assert.equal(
        (await served.ask('/v1/decisions', { input, questions, ...change }, 400)).error.param,
        param,
      )
    }
  })

  it('refuses to rank by a model that is no reranker', async () => {
    const { error } = await served.ask('/v1/rerank', { model: 'tiny', query: 'a', documents: ['b'] }, 400)
    assert.equal(error.code, 'UNSUPPORTED_OPERATION')
  })

  it('says what is not there, and by which method what is', async () => {
    const missing = await served.get('/v1/nothing')
    assert.deepEqual([missing.status, (await missing.json()).error.code], [404, 'not_found'])
    const wrong = await served.get('/v1/chat/completions')
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST'])
    assert.equal((await wrong.json()).error.code, 'method_not_allowed')
  })

  it('gives each request an id, its own where it has one', async () => {
    const own = await served.get('/v1/models', { headers: { 'x-request-id': 'mine-1' } })
    assert.equal(own.headers.get('x-request-id'), 'mine-1')
    const other = await served.get('/v1/models', { headers: { 'x-request-id': 'bad id' } })
    assert.match(other.headers.get('x-request-id') ?? '', /^req_/)
  })

  it('describes its endpoints by the schemas that check requests', async () => {
    const { openapi, paths } = await (await served.get('/openapi.json')).json()
    assert.equal(openapi, '3.1.0')
    const { properties, required } =
      paths['/v1/chat/completions'].post.requestBody.content['application/json'].schema
    assert.deepEqual(required, ['messages'])
    assert.equal(properties.n.maximum, 128)
    assert.match(properties.user.description, /no effect/)
    assert.deepEqual(properties.audio.not, {})
    assert.deepEqual(paths['/v1/models/{name}'].get.parameters[0].name, 'name')
  })

  it('says that it lives and takes requests', async () => {
    assert.deepEqual(await (await served.get('/health')).json(), { status: 'ok' })
    assert.deepEqual(await (await served.get('/ready')).json(), { status: 'ready' })
  })
})

describe('A handler with a model of a source', () => {
  /** @type {string} */
  let folder
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-served-'))
    writeFileSync(join(folder, 'rank.gguf'), tinyBert([], { ranks: true }))
  })
  /** @type {import('../../js-bindings/lib/server/types.d.ts').Handler} */
  let handler
  afterEach(() => handler.close())
  after(() => rmSync(folder, { recursive: true }))

  it('loads it when it is asked for, ranks, and lets it go', async () => {
    handler = createHandler({
      models: { ranker: { source: join(folder, 'rank.gguf'), threads: 1 } },
    })
    const response = await handler.fetch(
      new Request('http://localhost/v1/rerank', {
        method: 'POST',
        body: JSON.stringify({
          query: 'fox',
          documents: ['the fox', { text: 'dog' }, 'a'],
          top_n: 2,
          return_documents: true,
        }),
      }),
    )
    const body = await response.json()
    assert.equal(response.status, 200, JSON.stringify(body))
    const { results, model } = body
    assert.equal(model, 'ranker')
    assert.equal(results.length, 2)
    assert.ok(results[0].relevance_score >= results[1].relevance_score)
    assert.ok(results.every(({ index, document }) => document.text === ['the fox', 'dog', 'a'][index]))
  })

  it('says nothing of its files where it cannot be loaded', async () => {
    /** @type {any[]} */
    const failures = []
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (/** @type {any} */ fields) => failures.push(fields),
    }
    handler = createHandler({ models: { gone: join(folder, 'gone.gguf') }, log })
    const response = await handler.fetch(
      new Request('http://localhost/v1/embeddings', { method: 'POST', body: '{"input":"a"}' }),
    )
    const text = await response.text()
    assert.deepEqual([response.status, JSON.parse(text).error.code], [500, 'internal'])
    assert.ok(!text.includes(folder))
    assert.equal(failures[0].err.code, 'FILE_NOT_FOUND')
  })
})
