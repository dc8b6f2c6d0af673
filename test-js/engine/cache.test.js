import assert from 'node:assert/strict'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('The cache of a model', () => {
  const file = withTinyModel()
  const prompt = Array.from({ length: 200 }, (_, i) => 3 + ((i * 37) % 256))
  const greedy = { temperature: 0, maxTokens: 8 }
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model

  beforeEach(async () => {
    model = await loadModel(file.path, { threads: 1, cacheMb: 8 })
  })
  afterEach(() => model.dispose())

  /** The tokens of a prompt that needed no computing. */
  const cached = async (tokens, options = {}) =>
    (await model.generate(tokens, { ...greedy, ...options })).usage.cachedTokens

  it('has the beginning of a prompt from an earlier one, and the text is the same', async () => {
    const first = await model.generate(prompt, greedy)
    const { text, tokens, usage } = await model.generate(prompt, greedy)
    assert.deepEqual([text, tokens], [first.text, first.tokens])
    assert.deepEqual(first.usage, { promptTokens: 200, cachedTokens: 0, completionTokens: 8 })
    assert.deepEqual(usage, { promptTokens: 200, cachedTokens: 192, completionTokens: 8 })
    assert.equal(await cached([...prompt.slice(0, 100), 3, ...prompt.slice(101)]), 64)
    const stream = model.stream(prompt, greedy)
    for await (const _ of stream);
    assert.equal((await stream.result).usage.cachedTokens, 192)
  })

  it('is of one tenant, or shared by all that say so, or left alone', async () => {
    await cached(prompt, { tenant: 'a' })
    assert.equal(await cached(prompt, { tenant: 'a' }), 192)
    for (const options of [
      {},
      { tenant: 'b' },
      { tenant: 'a', cache: 'shared' },
      { tenant: 'a', cache: 'none' },
    ]) {
      assert.equal(await cached(prompt, options), 0, JSON.stringify(options))
    }
    assert.equal(await cached(prompt, { tenant: 'c', cache: 'shared' }), 192)
    assert.equal(await cached(prompt, { tenant: 'a', cache: 'none' }), 0)
  })

  it('refuses what it does not know, and no room at all', async () => {
    await assert.rejects(cached(prompt, { cache: 'all' }), refusal('INVALID_ARGUMENT', 'cache', "'shared'"))
    await assert.rejects(cached(prompt, { tenant: 5 }), refusal('INVALID_ARGUMENT', 'tenant'))
    await assert.rejects(loadModel(file.path, { cacheMb: 0 }), refusal('INVALID_ARGUMENT', 'cacheMb'))
  })
})
