import assert from 'node:assert/strict'
import { loadModel } from '../../js-bindings/lib/index.js'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { ENDLESS, eventsOf, withServer } from './withServer.js'

describe("llama-server's interface", () => {
  const served = withServer()

  it('gives token ids and texts', async () => {
    const ids = served.model.tokenize('in the <|im_end|>', { special: true })
    assert.deepEqual((await served.ask('/tokenize', { content: 'in the <|im_end|>' })).tokens, ids)
    const plain = await served.ask('/tokenize', { content: '<|im_end|>', parse_special: false })
    assert.ok(plain.tokens.length > 1)
    const pieces = await served.ask('/tokenize', { content: 'in', with_pieces: true })
    assert.deepEqual(pieces.tokens, [{ id: served.model.tokenize('in')[0], piece: 'in' }])
    assert.deepEqual(await served.ask('/detokenize', { tokens: served.model.tokenize('in the') }), {
      content: 'in the',
    })
    assert.deepEqual(await served.ask('/detokenize', { tokens: [] }), { content: '' })
    assert.equal((await served.ask('/detokenize', { tokens: [99999] }, 400)).error.code, 'TOKEN_OUT_OF_RANGE')
  })

  it('writes a chat by the template', async () => {
    const messages = [{ role: 'user', content: 'Hi' }]
    const { prompt } = await served.ask('/apply-template', { messages })
    assert.equal(prompt, served.model.applyTemplate(messages).text)
    const { prompt: open } = await served.ask('/apply-template', { messages, add_generation_prompt: false })
    assert.ok(prompt.startsWith(open) && prompt.length > open.length)
  })

  it('refuses to fill in a middle by a model without tokens for it', async () => {
    const { error } = await served.ask('/infill', { input_prefix: 'a', input_suffix: 'b', n_predict: 2 }, 400)
    assert.equal(error.code, 'UNSUPPORTED_OPERATION')
  })

  it('tells of a model, and what runs', async () => {
    const props = await (await served.get('/props')).json()
    assert.deepEqual([props.model_alias, props.default_generation_settings.n_ctx], ['tiny', 4096])
    assert.match(props.chat_template, /im_start/)
    assert.equal((await (await served.get('/props?model=bert')).json()).model_alias, 'bert')
    assert.deepEqual(await (await served.get('/slots')).json(), [])
    const left = new AbortController()
    const long = { messages: [{ role: 'user', content: 'Hi' }], ...ENDLESS, stream: true }
    const response = await served.post('/v1/chat/completions', long, { signal: left.signal })
    await response.body.getReader().read()
    assert.deepEqual(await (await served.get('/slots')).json(), [
      { id: 0, model: 'tiny', n_ctx: 4096, is_processing: true },
    ])
    left.abort()
  })
})

describe('A middle', () => {
  const served = withServer()
  const control = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']
  const file = withTinyModel({ control })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  /** @type {import('../../js-bindings/lib/server/types.d.ts').Handler} */
  let handler
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
    handler = createHandler({ models: [model] })
  })
  after(async () => {
    await handler?.close()
    await model?.dispose()
  })

  /** @param {object} body */
  const ask = (body, path = '/infill') =>
    handler.fetch(new Request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body) }))

  it('is filled in, whole and streamed, behind other files', async () => {
    const asked = {
      input_prefix: 'the ',
      input_suffix: ' in',
      n_predict: 6,
      temperature: 0,
      input_extra: [{ filename: 'a.js', text: 'the a' }],
    }
    const options = { maxTokens: 6, temperature: 0, files: [{ name: 'a.js', text: 'the a' }] }
    const { text, usage } = await model.infill('the ', ' in', options)
    const whole = await (await ask(asked)).json()
    assert.deepEqual([whole.content, whole.stop, whole.tokens_evaluated], [text, true, usage.promptTokens])
    const events = eventsOf(await (await ask({ ...asked, stream: true })).text())
    assert.equal(events.map(({ content }) => content).join(''), text)
    assert.deepEqual(
      events.map(({ stop }) => stop),
      [...events.slice(1).map(() => false), true],
    )
  })

  it('is what stands before the suffix of a completion', async () => {
    const options = { maxTokens: 6, temperature: 0 }
    const made = await Promise.all(['the ', 'he '].map((prefix) => model.infill(prefix, ' in', options)))
    const asked = { prompt: ['the ', 'he '], suffix: ' in', max_tokens: 6, temperature: 0 }
    const whole = await (await ask(asked, '/v1/completions')).json()
    assert.deepEqual(
      whole.choices.map(({ text }) => text),
      made.map(({ text }) => text),
    )
    assert.equal(whole.usage.prompt_tokens, made[0].usage.promptTokens + made[1].usage.promptTokens)
    const events = eventsOf(await (await ask({ ...asked, stream: true }, '/v1/completions')).text())
    for (const [at, { text }] of made.entries()) {
      const own = events.flatMap(({ choices }) => choices ?? []).filter(({ index }) => index === at)
      assert.equal(own.map((choice) => choice.text).join(''), text)
    }
    const echoed = await (await ask({ ...asked, prompt: 'the ', echo: true }, '/v1/completions')).json()
    assert.equal(echoed.choices[0].text, `the ${made[0].text}`)
    const none = { prompt: 'the ', max_tokens: 6, temperature: 0 }
    const texts = await Promise.all(
      [{ ...none, suffix: '' }, none].map(async (body) => (await ask(body, '/v1/completions')).json()),
    )
    assert.equal(texts[0].choices[0].text, texts[1].choices[0].text)
  })

  it('is what stands before the suffix of a prompt of Ollama', async () => {
    const { text, usage } = await model.infill('the ', ' in', { maxTokens: 6, temperature: 0 })
    const options = { num_predict: 6, temperature: 0 }
    const asked = { model: 'tiny', prompt: 'the ', suffix: ' in', options }
    const response = await ask({ ...asked, stream: false, think: true }, '/api/generate')
    assert.equal(response.headers.get('realm-ignored'), 'think')
    const whole = await response.json()
    assert.deepEqual([whole.response, whole.prompt_eval_count], [text, usage.promptTokens])
    const lines = (await (await ask(asked, '/api/generate')).text()).trim().split('\n')
    assert.equal(lines.map((line) => JSON.parse(line).response).join(''), text)
  })

  it('is refused with what does not suit it', async () => {
    for (const [path, body, code] of /** @type {const} */ ([
      ['/v1/completions', { prompt: [5, 6] }, 'invalid_value'],
      ['/v1/completions', { prompt: 'a', n: 2 }, 'unsupported_field'],
      ['/api/generate', { model: 'tiny', prompt: 'a', system: 'Be brief.' }, 'unsupported_field'],
    ])) {
      const response = await ask({ ...body, suffix: 'b' }, path)
      const { error, code: named = error.code } = await response.json()
      assert.deepEqual([response.status, named], [400, code], path)
    }
  })

  it('is refused by a model without tokens for it', async () => {
    const asked = { model: 'tiny', prompt: 'a', suffix: 'b' }
    for (const path of ['/v1/completions', '/api/generate']) {
      const { error, code = error.code } = await served.ask(path, { ...asked, stream: false }, 400)
      assert.equal(code, 'UNSUPPORTED_OPERATION')
      // Where the machine is busy, a stream may have begun.
      const streamed = await (await served.post(path, { ...asked, stream: true })).text()
      assert.match(streamed, /"code":"UNSUPPORTED_OPERATION"/)
    }
  })

  it('refuses what it cannot take', async () => {
    for (const body of [
      { input_prefix: 'a' },
      { input_prefix: 'a', input_suffix: 'b', prompt: 'c' },
      { input_prefix: 'a', input_suffix: 'b', n: 2 },
    ]) {
      assert.equal((await ask(body)).status, 400)
    }
  })
})
