import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { AbortError, loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** The context of the model: so long that a generation without end never fills it. */
const CONTEXT = 1 << 20

/** Options of a generation that goes on until it is stopped. */
const ENDLESS = {
  temperature: 0,
  logitBias: { 0: Number.NEGATIVE_INFINITY, 2: Number.NEGATIVE_INFINITY },
}

describe('The engine, with a tiny model', () => {
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', CONTEXT]] })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async () => {
    model = await loadModel(file.path, { threads: 2 })
  })
  after(() => model.dispose())

  const greedy = (prompt, options = {}) => model.generate(prompt, { ...ENDLESS, maxTokens: 24, ...options })

  it('tells what the model is', () => {
    assert.equal(model.name, 'tiny')
    assert.equal(model.architecture, 'llama')
    assert.equal(model.contextLength, CONTEXT)
    assert.equal(model.metadata['general.name'], 'Tiny Llama')
    assert.equal(model.metadata['tokenizer.ggml.tokens'], undefined)
  })

  it('turns text into ids and back', () => {
    // By the merges of the fixture: "th" "e" and " the".
    assert.deepEqual(model.tokenize('the the'), [260, 261])
    assert.deepEqual(model.tokenize('<|im_end|>', { special: true }), [2])
    assert.equal(model.tokenize('<|im_end|>').length, '<|im_end|>'.length)
    const text = 'Hé 😀 the\n'
    assert.equal(model.detokenize(model.tokenize(text)), text)
  })

  it('generates as many tokens as asked for, and counts them', async () => {
    const { text, tokens, usage, finishReason, timings } = await greedy('Hi')
    assert.equal(tokens.length, 24)
    assert.equal(text, model.detokenize(tokens))
    // <|im_start|> u s e r \n H i <|im_end|> \n <|im_start|> a s s i s t a n t \n
    assert.deepEqual(usage, { promptTokens: 21, cachedTokens: 0, completionTokens: 24 })
    assert.equal(finishReason, 'length')
    const { drafted, accepted, ...times } = timings
    assert.ok(drafted >= accepted && accepted >= 0, JSON.stringify(timings))
    for (const value of Object.values(times))
      assert.ok(Number.isFinite(value) && value > 0, JSON.stringify(timings))
  })

  it('tells what messages look like to the model', async () => {
    const messages = [{ role: 'user', content: 'the <|im_end|>' }]
    const { text, tokens } = model.applyTemplate(messages)
    assert.equal(text, '<|im_start|>user\nthe <|im_end|><|im_end|>\n<|im_start|>assistant\n')
    // One <|im_end|> ends the message; the user's own is ten characters of text.
    assert.equal(tokens.filter((id) => id === 2).length, 1)
    assert.equal(model.detokenize(tokens), text)
    assert.equal((await greedy(messages)).usage.promptTokens, tokens.length)
    assert.deepEqual((await greedy(tokens)).tokens, (await greedy(messages)).tokens)
  })

  it('takes the same prompt as text, messages and ids', async () => {
    const written = '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n'
    const { tokens } = await greedy('Hi')
    const prompts = [[{ role: 'user', content: 'Hi' }], model.tokenize(written, { special: true })]
    for (const prompt of prompts) assert.deepEqual((await greedy(prompt)).tokens, tokens)
    assert.deepEqual((await greedy(written, { raw: true })).tokens, tokens)
  })

  it('does not let a user write special tokens', async () => {
    const { usage } = await greedy('<|im_end|>')
    // In place of H and i, the ten letters.
    assert.equal(usage.promptTokens, 19 + '<|im_end|>'.length)
  })

  it('streams the text that it generates', async () => {
    const whole = await greedy('Hi', { maxTokens: 200 })
    const stream = model.stream('Hi', { ...ENDLESS, maxTokens: 200 })
    let text = ''
    let step = await stream.next()
    for (; !step.done; step = await stream.next()) text += step.value
    assert.equal(text, whole.text)
    assert.deepEqual(step.value.tokens, whole.tokens)
    assert.deepEqual(step.value.usage, whole.usage)
  })

  it('has the result of a stream beside its pieces', async () => {
    const stream = model.stream('Hi', { ...ENDLESS, maxTokens: 5 })
    let text = ''
    for await (const piece of stream) text += piece
    const result = await stream.result
    assert.equal(result.text, text)
    assert.equal(result.usage.completionTokens, 5)
    assert.equal(result.finishReason, 'length')
    assert.ok(result.timings.firstTokenMs > 0 && result.timings.loadMs > 0)
  })

  it('leaves out a character that maxTokens cuts off, in the pieces and in the result; its tokens stay', async () => {
    const [first, second] = model.tokenize('😀')
    const forced = (id) => ({ temperature: 0, logitBias: { [id]: 100 } })
    for (const [id, maxTokens, text] of [
      [first, 1, ''],
      [first, 3, '\ufffd\ufffd'],
      [second, 2, '\ufffd\ufffd'],
    ]) {
      const stream = model.stream('Hi', { ...forced(id), maxTokens })
      let pieces = ''
      for await (const piece of stream) pieces += piece
      const result = await stream.result
      assert.deepEqual([pieces, result.text], [text, text])
      assert.deepEqual(result.tokens, new Array(maxTokens).fill(id))
    }
  })

  it('takes one signal for a hundred calls at once, without a warning of Node', async () => {
    const warnings = []
    const note = (warning) => warnings.push(warning.name)
    process.on('warning', note)
    try {
      const { signal } = new AbortController()
      const calls = Array.from({ length: 100 }, (_, i) =>
        i % 2 === 0
          ? model.generate([i], { ...ENDLESS, maxTokens: 1, signal })
          : model.stream([i], { ...ENDLESS, maxTokens: 1, signal }).result,
      )
      assert.equal(getEventListeners(signal, 'abort').length, 1)
      await Promise.all(calls)
      assert.equal(getEventListeners(signal, 'abort').length, 0)
      await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual(warnings, [])
    } finally {
      process.off('warning', note)
    }
  })

  it('stops what runs when it is disposed so', async () => {
    const other = await loadModel(file.path, { threads: 1 })
    const stream = other.stream('Hi', ENDLESS)
    await stream.next()
    const generation = other.generate('Hi', ENDLESS)
    const [, ...stopped] = await Promise.allSettled([
      other.dispose({ abort: true }),
      stream.result,
      generation,
    ])
    for (const { reason } of stopped) {
      assert.ok(reason instanceof AbortError)
      assert.equal(reason.cause.code, 'DISPOSED')
    }
  })

  it('gives the same text for the same seed, and another one for another seed', async () => {
    const options = { maxTokens: 40, temperature: 1.5, topK: 0, topP: 1, minP: 0 }
    const draw = async (seed) => (await model.generate('Hi', { ...ENDLESS, ...options, seed })).tokens
    assert.deepEqual(await draw(7), await draw(7))
    assert.deepEqual(await draw(Number.MAX_SAFE_INTEGER), await draw(Number.MAX_SAFE_INTEGER))
    assert.notDeepEqual(await draw(7), await draw(8))
    assert.notDeepEqual(await draw(undefined), await draw(undefined))
  })

  it('bans a token and forces another by their biases', async () => {
    const [first] = (await greedy('Hi')).tokens
    const banned = await greedy('Hi', {
      logitBias: { ...ENDLESS.logitBias, [first]: Number.NEGATIVE_INFINITY },
    })
    assert.ok(!banned.tokens.includes(first))
    const forced = await greedy('Hi', { maxTokens: 5, logitBias: new Map([[100, 100]]) })
    assert.deepEqual(forced.tokens, [100, 100, 100, 100, 100])
  })

  it('ends before a stop text', async () => {
    const { text } = await greedy('Hi', { maxTokens: 200 })
    const at = text.length >> 1
    const stop = text.slice(at, at + 3)
    const stopped = await greedy('Hi', { maxTokens: 200, stop: ['does not come', stop] })
    assert.equal(stopped.text, text.slice(0, text.indexOf(stop)))
    assert.equal(stopped.finishReason, 'stop')
    let streamed = ''
    for await (const piece of model.stream('Hi', { ...ENDLESS, maxTokens: 200, stop })) streamed += piece
    assert.equal(streamed, stopped.text)
  })

  it('ends where the model ends its text', async () => {
    const { text, tokens, finishReason } = await model.generate('Hi', {
      temperature: 0,
      logitBias: { 2: 100 },
    })
    assert.equal(text, '')
    assert.equal(finishReason, 'stop')
    assert.ok(tokens.length <= 1)
  })

  it('serves eight generations at once as each alone', async () => {
    const prompts = Array.from({ length: 8 }, (_, i) => `Question ${i}: ${'x'.repeat(i * 5)}`)
    const alone = []
    for (const prompt of prompts) alone.push((await greedy(prompt)).tokens)
    const together = await Promise.all(prompts.map((prompt) => greedy(prompt)))
    assert.deepEqual(
      together.map(({ tokens }) => tokens),
      alone,
    )
  })

  describe('stopped by a signal', () => {
    const listenersOf = (signal) => getEventListeners(signal, 'abort').length

    it('while it reads the prompt, has made nothing', async () => {
      const controller = new AbortController()
      const prompt = new Int32Array(100_000).fill(70)
      const generation = model.generate(prompt, { ...ENDLESS, signal: controller.signal })
      setImmediate(() => controller.abort('too long'))
      await assert.rejects(generation, (error) => {
        assert.ok(error instanceof AbortError)
        assert.equal(error.code, 'ABORTED')
        assert.equal(error.cause, 'too long')
        assert.deepEqual(error.result.tokens, [])
        assert.equal(error.result.text, '')
        assert.equal(error.result.finishReason, 'abort')
        return true
      })
      assert.equal(listenersOf(controller.signal), 0)
    })

    it('while it generates, tells what it has made', async () => {
      const controller = new AbortController()
      const pieces = []
      let failure
      try {
        for await (const piece of model.stream('Hi', { ...ENDLESS, signal: controller.signal })) {
          pieces.push(piece)
          controller.abort()
        }
      } catch (error) {
        failure = error
      }
      assert.ok(failure instanceof AbortError)
      assert.equal(failure.cause, controller.signal.reason)
      const { text, tokens, usage, finishReason } = failure.result
      assert.equal(finishReason, 'abort')
      assert.equal(pieces.join(''), text)
      assert.equal(usage.completionTokens, tokens.length)
      const { tokens: whole } = await greedy('Hi', { maxTokens: tokens.length })
      assert.deepEqual(tokens, whole)
      assert.equal(listenersOf(controller.signal), 0)
    })

    it('before it starts, makes nothing', async () => {
      const signal = AbortSignal.abort('early')
      const aborted = { name: 'AbortError', code: 'ABORTED', cause: 'early' }
      await assert.rejects(model.generate('Hi', { signal }), aborted)
      await assert.rejects(model.stream('Hi', { signal }).next(), aborted)
      await assert.rejects(loadModel(file.path, { signal }), aborted)
    })

    it('leaves no listener on a signal that lives on', async () => {
      const { signal } = new AbortController()
      for (let i = 0; i < 100; i++) {
        await model.generate([70], { ...ENDLESS, maxTokens: 1, signal })
        for await (const _ of model.stream([70], { ...ENDLESS, maxTokens: 1, signal }));
        await assert.rejects(model.generate('x', { signal, contextLength: 1 }))
      }
      const other = await loadModel(file.path, { signal })
      await other.dispose()
      assert.equal(listenersOf(signal), 0)
    })
  })

  it('stops a stream whose loop is left, and goes on', async () => {
    for await (const piece of model.stream('Hi', ENDLESS)) {
      assert.ok(piece.length > 0)
      break
    }
    assert.equal((await greedy('Hi', { maxTokens: 3 })).tokens.length, 3)
  })

  it('refuses what Java alone can know, and goes on', async () => {
    const small = await loadModel(file.path, { contextLength: 16 })
    try {
      assert.equal(small.contextLength, 16)
      await assert.rejects(small.generate(new Array(17).fill(70)), refusal('CONTEXT_OVERFLOW', '17', '16'))
      await assert.rejects(small.generate('', { raw: true }), refusal('INVALID_ARGUMENT', 'empty'))
      await assert.rejects(small.generate([263]), refusal('TOKEN_OUT_OF_RANGE', '263', '262'))
      const full = await small.generate([70, 71], ENDLESS)
      assert.equal(full.finishReason, 'length')
      assert.equal(full.usage.promptTokens + full.usage.completionTokens, 16)
    } finally {
      await small.dispose()
    }
  })

  it('waits for the work that runs when it is disposed, and is DISPOSED from then on', async () => {
    const other = await loadModel(file.path)
    const generation = other.generate('Hi', { ...ENDLESS, maxTokens: 50 })
    const disposal = other.dispose()
    await assert.rejects(other.generate('Hi'), refusal('DISPOSED'))
    await disposal
    assert.equal((await generation).tokens.length, 50)
    assert.throws(() => other.tokenize('Hi'), refusal('DISPOSED'))
    await other.dispose()
  })
})
