import assert from 'node:assert/strict'
import { EngineModel } from '../js-bindings/lib/EngineModel.js'
import { AbortError } from '../js-bindings/lib/errors/AbortError.js'
import { Model } from '../js-bindings/lib/Model.js'
import { FakeBridge } from './fixture/FakeBridge.js'
import { loadedModel } from './fixture/loadedModel.js'
import { refusal } from './fixture/refusal.js'

/** A model whose engine gives vectors of these lengths, with the values 0, 1, 2 and so on. */
function modelWith(lengths, { embed } = {}) {
  const values = Float32Array.from({ length: lengths.reduce((sum, n) => sum + n, 0) }, (_, i) => i)
  const bridge = new FakeBridge({
    embed: embed ?? (() => ({ buffer: 5, lengths, usage: { promptTokens: 9 } })),
    take: (ticket) => ({ 5: values.buffer })[ticket],
    release: () => ({}),
  })
  return { bridge, model: Model.of(new EngineModel(bridge, loadedModel())) }
}

describe('Model.embed', () => {
  it('gives each text an array of its own', async () => {
    const { model, bridge } = modelWith([2, 3])
    const { embeddings, usage } = await model.embed(['a', 'b'])
    assert.deepEqual(embeddings, [Float32Array.of(0, 1), Float32Array.of(2, 3, 4)])
    assert.notEqual(embeddings[0].buffer, embeddings[1].buffer)
    assert.deepEqual(usage, { promptTokens: 9 })
    assert.deepEqual(bridge.argsOf('embed'), [
      { model: 7, texts: ['a', 'b'], normalize: true, truncate: false },
    ])
  })

  it('takes one text, and hands its options on', async () => {
    const { model, bridge } = modelWith([2])
    const claim = { tenant: 'a', priority: -3, deadline: 900 }
    const options = { pooling: 'none', normalize: false, dimensions: 2, truncate: true, ...claim }
    assert.equal((await model.embed('a', options)).embeddings.length, 1)
    assert.deepEqual(bridge.argsOf('embed'), [{ model: 7, texts: ['a'], ...options }])
  })

  it('gives no vectors for no texts, without asking the engine', async () => {
    const { model, bridge } = modelWith([])
    assert.deepEqual(await model.embed([]), { embeddings: [], usage: { promptTokens: 0 } })
    assert.deepEqual(bridge.requests, [])
    await assert.rejects(model.embed([], { signal: AbortSignal.abort() }), AbortError)
  })

  for (const [name, texts, options, ...words] of [
    ['no texts', undefined, {}, 'texts: received undefined', 'a string or an array of strings'],
    ['token ids', [[1, 2]], {}, 'texts[0]: received an array of 2', 'a string'],
    ['holes', new Array(1), {}, 'texts[0]: received undefined'],
    ['half a character', ['a', '\ud800'], {}, 'texts[1]', 'lone surrogate'],
    [
      'another pooling',
      ['a'],
      { pooling: 'max' },
      'pooling: received "max"',
      "'mean', 'cls', 'last', 'none'",
    ],
    ['no dimensions', ['a'], { dimensions: 0 }, 'dimensions: received 0', 'an integer from 1'],
    ['normalize', ['a'], { normalize: 1 }, 'normalize: received 1', 'true or false'],
    ['truncate', ['a'], { truncate: 'yes' }, 'truncate: received "yes"', 'true or false'],
    ['unknown options', ['a'], { normalise: true }, '"normalise"', 'Did you mean normalize?'],
    ['no signal', ['a'], { signal: {} }, 'signal: received an object'],
    ['no options', ['a'], null, 'the options of embed: received null'],
  ]) {
    it(`refuses ${name}`, async () => {
      const { model, bridge } = modelWith([2])
      await assert.rejects(model.embed(texts, options), refusal('INVALID_ARGUMENT', ...words))
      assert.deepEqual(bridge.requests, [])
    })
  }

  it('is refused after dispose, and hands the signal to the engine', async () => {
    const { signal } = new AbortController()
    const heard = []
    const { model } = modelWith([2], {
      embed: (_, { signal }) => {
        heard.push(signal)
        return { buffer: 5, lengths: [2], usage: { promptTokens: 1 } }
      },
    })
    await model.embed('a', { signal })
    assert.deepEqual(heard, [signal])
    await model.dispose()
    await assert.rejects(model.embed([]), refusal('DISPOSED'))
  })
})
