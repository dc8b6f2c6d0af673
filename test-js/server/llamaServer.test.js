import assert from 'node:assert/strict'
import { ENDLESS, withServer } from './withServer.js'

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
