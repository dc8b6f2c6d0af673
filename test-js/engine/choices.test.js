import assert from 'node:assert/strict'
import { choiceSeed } from '../../js-bindings/lib/generation/runGeneration.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** @import { AbortError } from '../../js-bindings/lib/index.js' */

describe('Several answers to a prompt', () => {
  const file = withTinyModel()
  const prompt = Array.from({ length: 140 }, (_, i) => 3 + ((i * 37) % 256))
  const options = { maxTokens: 12, temperature: 1.5, n: 5 }
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model

  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  after(() => model.dispose())

  it('are the texts that their seeds give alone', async () => {
    for (const seed of [7, -4, undefined]) {
      const { choices, usage, ...first } = await model.generate(prompt, { ...options, seed })
      assert.equal(choices.length, 5)
      for (const { seed: own, ...choice } of choices) {
        const alone = await model.generate(prompt, { ...options, n: 1, seed: own, cache: 'none' })
        assert.deepEqual(choice, {
          text: alone.text,
          tokens: alone.tokens,
          finishReason: alone.finishReason,
        })
        assert.equal(alone.choices, undefined)
      }
      assert.ok(new Set(choices.map(({ text }) => text)).size > 1)
      assert.deepEqual([first.text, first.tokens], [choices[0].text, choices[0].tokens])
      const made = choices.reduce((sum, { tokens }) => sum + tokens.length, 0)
      assert.deepEqual([usage.promptTokens, usage.completionTokens], [140, made])
    }
    const { choices } = await model.generate(prompt, { ...options, seed: -4 })
    assert.deepEqual(
      choices.map(({ seed }) => seed),
      [-4, -3, -2, 0, 1],
    )
  })

  it('compute the prompt once', async () => {
    const own = { ...options, tenant: 'once', seed: 1 }
    for (const [given, cached] of /** @type {const} */ ([
      [own, 0],
      [own, 128],
      [{ ...own, cache: 'none' }, 0],
    ])) {
      const before = model.stats().promptTokens
      const { usage } = await model.generate(prompt, given)
      assert.equal(usage.cachedTokens, cached)
      assert.equal(model.stats().promptTokens - before, 140 - cached)
    }
  })

  it('have seeds that are exact integers, and none that stands for any', () => {
    const most = Number.MAX_SAFE_INTEGER
    assert.deepEqual(
      [0, 1, 2].map((i) => choiceSeed(most - 1, i)),
      [most - 1, most, 0],
    )
    assert.deepEqual(
      [0, 1, 2].map((i) => choiceSeed(-3, i)),
      [-3, -2, 0],
    )
    assert.deepEqual(
      [0, 1].map((i) => choiceSeed(0, i)),
      [0, 1],
    )
  })

  it('stop together, and are refused where one text is wanted', async () => {
    const stopping = new AbortController()
    const running = model.generate(prompt, { ...options, maxTokens: 100, signal: stopping.signal })
    setImmediate(() => stopping.abort())
    await assert.rejects(running, (/** @type {AbortError} */ { name, result }) => {
      assert.equal(name, 'AbortError')
      // What was aborted before it began has no result.
      assert.ok(result === undefined || (result.choices?.length === 5 && result.timings.loadMs >= 0))
      return true
    })
    assert.throws(() => model.stream(prompt, options), refusal('INVALID_ARGUMENT', 'n', 'stream'))
    const sequence = await model.openSequence()
    await assert.rejects(sequence.generate(prompt, options), refusal('INVALID_ARGUMENT', 'n', 'fork'))
    await assert.rejects(model.generate(prompt, { n: 0 }), refusal('INVALID_ARGUMENT', 'n'))
    await assert.rejects(
      model.generate(prompt, { n: 2, maxTokens: 500, stop: [''] }),
      refusal('INVALID_ARGUMENT'),
    )
    await assert.rejects(model.generate([1, 263], { n: 2 }), refusal('TOKEN_OUT_OF_RANGE'))
  })
})
