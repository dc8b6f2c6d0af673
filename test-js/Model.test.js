import assert from 'node:assert/strict'
import { EngineModel } from '../js-bindings/lib/EngineModel.js'
import { AbortError } from '../js-bindings/lib/errors/AbortError.js'
import { Model } from '../js-bindings/lib/Model.js'
import { FakeBridge } from './fixture/FakeBridge.js'
import { generated, loadedModel } from './fixture/loadedModel.js'
import { refusal } from './fixture/refusal.js'

/** A model on a bridge with these answers. */
function modelOn(answers, { loaded = {}, defaultSystem } = {}) {
  const bridge = new FakeBridge({ release: () => ({}), ...answers })
  return { bridge, model: Model.of(new EngineModel(bridge, loadedModel(loaded)), defaultSystem) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('Model', () => {
  it('is made by loadModel alone', () => {
    assert.throws(() => new Model(), refusal('INVALID_ARGUMENT', 'loadModel()'))
    assert.ok(modelOn({}).model instanceof Model)
  })

  it('tells what it is', () => {
    const { name, architecture, contextLength, metadata } = modelOn({}).model
    assert.deepEqual(
      { name, architecture, contextLength, metadata },
      {
        name: 'Tiny',
        architecture: 'llama',
        contextLength: 64,
        metadata: { 'general.architecture': 'llama' },
      },
    )
  })

  describe('tokenize', () => {
    it('asks for plain text without BOS unless told otherwise', () => {
      const { model, bridge } = modelOn({ tokenize: () => ({ ids: [1, 2] }) })
      assert.deepEqual(model.tokenize('a'), [1, 2])
      model.tokenize('b', { special: true, addBos: true })
      assert.deepEqual(bridge.argsOf('tokenize'), [
        { model: 7, text: 'a', special: false, addBos: false },
        { model: 7, text: 'b', special: true, addBos: true },
      ])
    })

    it('refuses what is no text, and unknown options', () => {
      const { model } = modelOn({})
      assert.throws(() => model.tokenize(5), refusal('INVALID_ARGUMENT', 'text: received 5'))
      assert.throws(() => model.tokenize('\ud800'), refusal('INVALID_ARGUMENT', 'lone surrogate'))
      assert.throws(() => model.tokenize('a', { bos: true }), refusal('INVALID_ARGUMENT', '"bos"'))
      assert.throws(
        () => model.tokenize('a', { special: 1 }),
        refusal('INVALID_ARGUMENT', 'special: received 1'),
      )
    })
  })

  describe('detokenize', () => {
    it('takes arrays and typed arrays of ids', () => {
      const { model, bridge } = modelOn({ detokenize: () => ({ text: 'a' }) })
      assert.equal(model.detokenize([1, 2]), 'a')
      model.detokenize(new Int32Array([3]))
      model.detokenize([])
      assert.deepEqual(bridge.argsOf('detokenize'), [
        { model: 7, ids: [1, 2] },
        { model: 7, ids: [3] },
        { model: 7, ids: [] },
      ])
    })

    it('refuses other ids', () => {
      const { model } = modelOn({})
      assert.throws(() => model.detokenize([100]), refusal('TOKEN_OUT_OF_RANGE', 'ids[0]: received 100'))
      assert.throws(() => model.detokenize('12'), refusal('INVALID_ARGUMENT', 'ids: received "12"'))
    })
  })

  describe('applyTemplate', () => {
    const answers = { encodePrompt: () => ({ ids: [5, 6] }) }
    const text = '<|im_start|>user\nHi<|im_end|>\n'

    it('gives what generate would continue, and its token ids', () => {
      const { model, bridge } = modelOn(answers)
      const messages = [{ role: 'user', content: 'Hi' }]
      const whole = `${text}<|im_start|>assistant\n`
      assert.deepEqual(model.applyTemplate(messages), { text: whole, tokens: [5, 6] })
      assert.equal(model.applyTemplate('Hi').text, whole)
      assert.equal(model.applyTemplate(messages, { addGenerationPrompt: false }).text, text)
      assert.deepEqual(bridge.argsOf('encodePrompt')[0], {
        model: 7,
        prompt: { text: whole, plain: [[17, 19]], special: true, addBos: true },
      })
    })

    it('hands tools, variables and the system message to the template', () => {
      const chatTemplate = '{{ tools | tojson }}{{ enable_thinking }}{{ messages[0].content }}'
      const { model } = modelOn(answers, { loaded: { chatTemplate }, defaultSystem: 'Default.' })
      const parameters = { type: 'object', properties: { b: { type: 'integer' } } }
      const options = { tools: { a: { parameters } }, templateOptions: { enable_thinking: false } }
      const tools = `[{"type": "function", "function": {"name": "a", "description": "", "parameters": ${JSON.stringify(parameters).replaceAll(/([:,])/g, '$1 ')}}}]`
      assert.equal(model.applyTemplate('Hi', options).text, `${tools}FalseDefault.`)
      assert.equal(model.applyTemplate('Hi', { system: 'S' }).text, 'nullS')
      assert.equal(model.applyTemplate('Hi', { system: '' }).text, 'nullHi')
    })

    it('takes the file’s other template for chats with tools', () => {
      const metadata = {
        'tokenizer.chat_template.tool_use': '{{ tools | length }} tools {{ tools | tojson }}',
      }
      const { model } = modelOn(answers, { loaded: { metadata } })
      assert.match(model.applyTemplate('Hi', { tools: { a: {} } }).text, /^1 tools/)
      assert.equal(model.applyTemplate('Hi', { tools: {}, addGenerationPrompt: false }).text, text)
    })

    it('writes ChatML where the file has no template, or an empty one', () => {
      for (const chatTemplate of [null, '', ' \n']) {
        const { model } = modelOn(answers, { loaded: { chatTemplate } })
        assert.equal(model.applyTemplate('Hi', { addGenerationPrompt: false }).text, text)
      }
    })

    it('refuses what it does not know', () => {
      const { model } = modelOn(answers)
      const refuses = (code, messages, options, ...parts) =>
        assert.throws(() => model.applyTemplate(messages, options), refusal(code, ...parts))
      refuses('INVALID_ARGUMENT', [1, 2], {}, 'messages')
      refuses('INVALID_ARGUMENT', [], {}, 'messages: received an empty array')
      refuses('INVALID_ARGUMENT', 'x', { tool: [] }, 'tool')
      refuses('INVALID_ARGUMENT', 'x', { tools: [] }, 'tools: received an empty array, expected an object')
      refuses('INVALID_ARGUMENT', 'x', { tools: { 'a b': {} } }, 'the name of a tool: received "a b"')
      refuses('INVALID_ARGUMENT', 'x', { tools: { a: { execute: 1 } } }, 'tools.a.execute: received 1')
      refuses('INVALID_ARGUMENT', 'x', { tools: { a: { parameters: 1 } } }, 'tools.a.parameters: received 1')
      refuses('INVALID_ARGUMENT', 'x', { reasoning: 'low' }, 'reasoning: received "low"')
      refuses('INVALID_ARGUMENT', 'x', { templateOptions: [] }, 'templateOptions')
      refuses(
        'INVALID_ARGUMENT',
        'x',
        { templateOptions: { f: () => 1 } },
        'templateOptions.f: received a function',
      )
      refuses('INVALID_ARGUMENT', 'x', { templateOptions: { messages: [] } }, 'templateOptions.messages')
    })
  })

  describe('generate', () => {
    it('hands the prompt and the options to the engine, and adds the load time to the timings', async () => {
      const { model, bridge } = modelOn({ generate: () => generated('Paris') }, { defaultSystem: 'Be kind.' })
      const result = await model.generate('Hi', { temperature: 0, maxTokens: 5, stop: 'x', seed: 3 })
      assert.deepEqual(result, {
        ...generated('Paris'),
        timings: {
          loadMs: 12,
          firstTokenMs: 4,
          prefillTokensPerSecond: 5,
          decodeTokensPerSecond: 6,
          drafted: 8,
          accepted: 7,
        },
      })
      const [{ model: id, prompt, options }] = bridge.argsOf('generate')
      assert.equal(id, 7)
      assert.match(prompt.text, /Be kind\..*Hi/s)
      assert.deepEqual(options, { maxTokens: 5, temperature: 0, seed: 3, stop: ['x'] })
    })

    it('takes variables for the chat template', async () => {
      const { model, bridge } = modelOn(
        { generate: () => generated('x') },
        { loaded: { chatTemplate: '{{ enable_thinking }}' } },
      )
      await model.generate('Hi', { templateOptions: { enable_thinking: false } })
      assert.equal(bridge.argsOf('generate')[0].prompt.text, 'False')
    })

    it('takes an empty chat template as none', async () => {
      const { model, bridge } = modelOn({ generate: () => generated('x') }, { loaded: { chatTemplate: '' } })
      await model.generate('Hi')
      assert.equal(bridge.argsOf('generate')[0].prompt.text, 'Hi')
    })

    it('asks for pieces of the text only where someone reads them', async () => {
      const { model, bridge } = modelOn({ generate: () => generated('Paris') })
      await model.generate('Hi')
      await model.stream('Hi').next()
      assert.deepEqual(
        bridge.argsOf('generate').map(({ stream }) => stream),
        [false, true],
      )
    })

    it('rejects bad arguments and starts nothing', async () => {
      const { model, bridge } = modelOn({})
      await assert.rejects(model.generate('x', { maxTokens: -1 }), refusal('INVALID_ARGUMENT', 'maxTokens'))
      await assert.rejects(model.generate(), refusal('INVALID_ARGUMENT', 'prompt: received undefined'))
      await assert.rejects(model.generate('x', null), refusal('INVALID_ARGUMENT', 'the options of generate'))
      assert.deepEqual(bridge.requests, [])
    })

    it('starts nothing where the signal was aborted before', async () => {
      const { model, bridge } = modelOn({})
      const reason = new Error('early')
      await assert.rejects(model.generate('x', { signal: AbortSignal.abort(reason) }), (error) => {
        assert.ok(error instanceof AbortError)
        assert.equal(error.cause, reason)
        assert.equal(error.result, undefined)
        return true
      })
      assert.deepEqual(bridge.requests, [])
    })

    it('gives the signal to the bridge, and the part made so far in the AbortError', async () => {
      const { model } = modelOn({
        generate: (_, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () =>
              reject(new AbortError(signal.reason, generated('Par', 'abort'))),
            )
          }),
      })
      const controller = new AbortController()
      const generation = model.generate('x', { signal: controller.signal })
      controller.abort('gone')
      await assert.rejects(generation, (error) => {
        assert.equal(error.name, 'AbortError')
        assert.equal(error.cause, 'gone')
        assert.equal(error.result.text, 'Par')
        assert.equal(error.result.timings.loadMs, 12)
        return true
      })
    })
  })

  describe('stream', () => {
    it('gives the pieces, and the result of generate at its end', async () => {
      const { model } = modelOn({
        generate: (_, { onText }) => {
          onText?.('Par')
          onText?.('is')
          return generated('Paris')
        },
      })
      const stream = model.stream('x')
      assert.equal((await stream.next()).value, 'Par')
      assert.equal((await stream.next()).value, 'is')
      const { done, value } = await stream.next()
      assert.equal(done, true)
      assert.deepEqual(value, await model.generate('x'))
    })

    it('throws on bad arguments when it is called, and starts nothing', () => {
      const { model, bridge } = modelOn({})
      assert.throws(
        () => model.stream('x', { topp: 1 }),
        refusal('INVALID_ARGUMENT', 'stream', 'Did you mean topP?'),
      )
      assert.throws(() => model.stream([]), refusal('INVALID_ARGUMENT', 'prompt'))
      model.stream('x')
      assert.deepEqual(bridge.requests, [])
    })

    it('takes the prompt as it was at the call', async () => {
      const { model, bridge } = modelOn({ generate: () => generated('') })
      const ids = [1, 2]
      const stream = model.stream(ids)
      ids[0] = 99
      await stream.next()
      assert.deepEqual(bridge.argsOf('generate')[0].prompt, { ids: [1, 2] })
    })
  })

  describe('dispose', () => {
    it('releases the model once', async () => {
      const { model, bridge } = modelOn({})
      await Promise.all([model.dispose(), model.dispose(), model[Symbol.asyncDispose]()])
      await model.dispose()
      assert.deepEqual(bridge.argsOf('release'), [{ model: 7 }])
    })

    it('waits for the work that runs', async () => {
      let finish
      const { model } = modelOn({ generate: () => new Promise((resolve) => (finish = resolve)) })
      const generation = model.generate('x')
      let disposed = false
      const disposal = model.dispose().then(() => (disposed = true))
      await settled()
      assert.equal(disposed, false)
      finish(generated('x'))
      await disposal
      assert.equal((await generation).text, 'x')
    })

    it('stops the work that runs where it is asked to, also after a first call that waits', async () => {
      const generate = (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () =>
            reject(new AbortError(signal.reason, generated('part', 'abort'))),
          ),
        )
      const { model } = modelOn({ generate })
      const generation = model.generate('x', { signal: new AbortController().signal })
      const stream = model.stream('x')
      const step = stream.next()
      const disposal = model.dispose()
      await model.dispose({ abort: true })
      await disposal
      for (const stopped of [generation, step, stream.result]) {
        await assert.rejects(stopped, (error) => {
          assert.ok(error instanceof AbortError)
          assert.equal(error.cause.code, 'DISPOSED')
          assert.equal(error.result.text, 'part')
          return true
        })
      }
    })

    it('refuses options that it does not have', async () => {
      const { model, bridge } = modelOn({})
      await assert.rejects(model.dispose({ force: true }), refusal('INVALID_ARGUMENT', '"force"'))
      await assert.rejects(model.dispose({ abort: 1 }), refusal('INVALID_ARGUMENT', 'abort: received 1'))
      assert.deepEqual(bridge.argsOf('release'), [])
      await model.dispose()
    })

    it('does not reject where running work fails, which its own caller hears', async () => {
      let fail
      const { model } = modelOn({ generate: () => new Promise((_, reject) => (fail = reject)) })
      const generation = model.generate('x')
      const disposal = model.dispose()
      fail(new Error('broken'))
      await assert.rejects(generation, { message: 'broken' })
      await disposal
    })

    it('is final: everything else is DISPOSED from then on', async () => {
      const { model } = modelOn({})
      const stream = model.stream('x')
      const disposal = model.dispose()
      const disposed = refusal('DISPOSED', 'load it again')
      assert.throws(() => model.tokenize('x'), disposed)
      assert.throws(() => model.detokenize([1]), disposed)
      assert.throws(() => model.stream('x'), disposed)
      await assert.rejects(model.generate('x'), disposed)
      await assert.rejects(stream.next(), disposed)
      await disposal
      await assert.rejects(model.generate('x'), disposed)
      assert.equal(model.name, 'Tiny')
    })
  })
})
