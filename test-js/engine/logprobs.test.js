import assert from 'node:assert/strict'
import { loadModel } from '../../js-bindings/lib/index.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('The log-probabilities of a text', () => {
  const file = withTinyModel()
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  after(() => model.dispose())

  const options = { maxTokens: 30, temperature: 1.5, seed: 3, logprobs: 4 }

  it('are told of each token, by the model alone, with the most probable ones', async () => {
    const plain = await model.generate('Hi', { ...options, logprobs: undefined })
    const { logprobs, tokens, text } = await model.generate('Hi', options)
    assert.equal(plain.logprobs, undefined)
    assert.deepEqual([tokens, text], [plain.tokens, plain.text])
    assert.deepEqual(
      logprobs.map(({ id }) => id),
      tokens,
    )
    for (const { id, token, bytes, logprob, top } of logprobs) {
      assert.deepEqual(Object.keys(top[0]), ['token', 'id', 'logprob', 'bytes'])
      assert.equal(top.length, 4)
      assert.ok(top.every((other, i) => i === 0 || other.logprob <= top[i - 1].logprob))
      assert.ok(logprob < 0 && logprob <= top[0].logprob)
      assert.equal(Buffer.from(bytes).toString(), token)
      const same = top.find((other) => other.id === id)
      if (same) assert.equal(same.logprob, logprob)
    }
  })

  it('come with the pieces of a stream, all of them and in order', async () => {
    const { logprobs, text } = await model.generate('Hi', options)
    const events = []
    for await (const event of model.stream('Hi', options).events()) events.push(event)
    const { result } = events.pop()
    assert.deepEqual(
      events.flatMap((event) => event.logprobs),
      logprobs,
    )
    assert.equal(events.map((event) => event.text).join(''), text)
    assert.deepEqual(result.logprobs, logprobs)
    assert.equal(result.timings.loadMs > 0, true)
  })

  it('are there of each of several answers', async () => {
    const { choices, logprobs } = await model.generate('Hi', { ...options, n: 3 })
    assert.deepEqual(choices[0].logprobs, logprobs)
    for (const choice of choices) {
      assert.deepEqual(
        choice.logprobs.map(({ id }) => id),
        choice.tokens,
      )
    }
  })

  it('are those that a sequence has, too', async () => {
    const sequence = await model.openSequence()
    const { logprobs, tokens } = await sequence.generate('Hi', { ...options, logprobs: 0 })
    assert.equal(logprobs.length, tokens.length)
    assert.deepEqual(logprobs[0].top, [])
    await sequence.dispose()
  })
})
