import assert from 'node:assert/strict'
import { logits } from '../../js-bindings/lib/diagnostics.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** @import { GenerateResult } from '../../js-bindings/lib/index.js' */

describe('Texts that are asked for at once', () => {
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', 4096]] })
  const endless = {
    temperature: 0,
    maxTokens: 240,
    logitBias: { 0: Number.NEGATIVE_INFINITY, 2: Number.NEGATIVE_INFINITY },
  }
  /** Has the one place for far longer than the millisecond in which others are late. */
  const long = { ...endless, maxTokens: 3900, speculation: false }
  const prompt = (/** @type {number} */ number) =>
    Array.from({ length: 9 }, (_, i) => 3 + ((number + 7 * i) % 256))
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  const load = async (options = {}) => {
    model = await loadModel(file.path, { threads: 1, ...options })
  }
  afterEach(() => model.dispose({ abort: true }))

  /** Asks for some texts at once. */
  function ask(count, options = {}) {
    const texts = Array.from({ length: count }, (_, i) =>
      model.generate(prompt(i), { ...endless, ...options }),
    )
    return Promise.allSettled(texts)
  }

  /** Waits until a text has the one place. */
  async function hasPlace() {
    while (model.stats().running === 0) await new Promise((resolve) => setImmediate(resolve))
  }

  /** The codes of those that were refused. */
  function codes(/** @type {PromiseSettledResult<GenerateResult>[]} */ ends) {
    return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []))
  }

  it('have the text that each has alone', async () => {
    await load()
    const numbers = Array.from({ length: 16 }, (_, i) => i)
    const alone = []
    for (const number of numbers) alone.push(await model.generate(prompt(number), endless))
    const together = await Promise.all(numbers.map((number) => model.generate(prompt(number), endless)))
    assert.deepEqual(
      together.map(({ text, tokens }) => [text, tokens]),
      alone.map(({ text, tokens }) => [text, tokens]),
    )
  })

  it('wait for a place, and are refused where too many wait', async () => {
    await load({ parallel: 1, maxQueue: 1 })
    const ends = await ask(300)
    assert.deepEqual(new Set(codes(ends)), new Set(['OVERLOADED']))
    const { running, waiting, textTokens, promptTokens, preemptions, cache } = model.stats()
    assert.deepEqual([running, waiting, preemptions], [0, 0, 0])
    const made = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    assert.ok(made.length >= 1)
    // Neither the last token goes through the model, nor one that ends a text.
    const went = made.map(({ tokens, finishReason }) => tokens.length - (finishReason === 'length' ? 1 : 0))
    assert.deepEqual([promptTokens, textTokens], [9 * made.length, went.reduce((sum, n) => sum + n, 0)])
    assert.ok(cache.budgetBytes > 0)
    assert.equal(cache.heldBytes, 0)
    assert.deepEqual(codes(await ask(1)), [])
  })

  it('end at their deadline, and no others do', async () => {
    await load({ parallel: 1 })
    const first = model.generate(prompt(0), long)
    await hasPlace()
    assert.deepEqual(new Set(codes(await ask(100, { deadline: 1 }))), new Set(['DEADLINE_EXCEEDED']))
    assert.notEqual((await first).finishReason, 'abort')
  })

  it('wait with embeddings and scores, which end at their deadlines and have tenants, too', async () => {
    await load({ parallel: 1 })
    const late = { tenant: 'other', priority: -3, deadline: 1 }
    for (const ask of [() => model.embed(['the fox'], late), () => logits(model, prompt(1), late)]) {
      const first = model.generate(prompt(0), long)
      await hasPlace()
      await assert.rejects(ask(), { code: 'DEADLINE_EXCEEDED' })
      assert.equal((await first).finishReason, 'length')
    }
    const others = ask(100)
    const inTime = { ...late, priority: 3, deadline: 2 ** 31 - 1 }
    assert.equal((await model.embed(['the fox'], inTime)).embeddings.length, 1)
    assert.equal((await logits(model, prompt(1), inTime)).top.length, 9)
    assert.deepEqual(codes(await others), [])
    for (const options of [{ priority: 11 }, { deadline: 0 }]) {
      const [name] = Object.keys(options)
      await assert.rejects(model.embed(['a'], options), refusal('INVALID_ARGUMENT', name))
      await assert.rejects(logits(model, [3], options), refusal('INVALID_ARGUMENT', name))
    }
  })

  it('are refused where an option is out of range', async () => {
    await load()
    for (const [name, value] of [
      ['priority', 11],
      ['priority', -10.5],
      ['deadline', 0],
    ]) {
      await assert.rejects(model.generate([3], { [name]: value }), refusal('INVALID_ARGUMENT', name))
    }
    await assert.rejects(loadModel(file.path, { parallel: 0 }), refusal('INVALID_ARGUMENT', 'parallel'))
    await assert.rejects(loadModel(file.path, { maxQueue: -1 }), refusal('INVALID_ARGUMENT', 'maxQueue'))
    await model.dispose()
    assert.throws(() => model.stats(), refusal('DISPOSED'))
  })
})
