import assert from 'node:assert/strict'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('With a tiny model', () => {
  const file = withTinyModel()
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  after(() => model.dispose())

  const collect = async (iterator) => {
    const all = []
    for await (const each of iterator) all.push(each)
    return all
  }
  const format = {
    type: 'object',
    properties: {
      a: { type: 'string', maxLength: 30 },
      b: { type: 'array', items: { type: 'integer' }, maxItems: 4 },
    },
    required: ['a', 'b'],
    additionalProperties: false,
  }

  it('a value is seen as it grows, and at last as the result has it', async () => {
    for (let seed = 1; seed < 6; seed++) {
      const stream = model.stream('Hi', { format, seed, temperature: 1.5, maxTokens: 120 })
      const values = await collect(stream.partial())
      const { value } = await stream.result
      assert.deepEqual(values.at(-1), value)
      // Pieces that come quicker than they are read are joined.
      for (const seen of values) assert.ok(value.a.startsWith(seen.a ?? ''), JSON.stringify([value, seen]))
    }
  })

  it('a number alone is seen once it is whole', async () => {
    const stream = model.stream('Hi', { format: { type: 'integer' }, seed: 1, maxTokens: 9 })
    assert.deepEqual(await collect(stream.partial()), [(await stream.result).value])
  })

  it('the text of other formats is seen as it grows', async () => {
    const values = await collect(model.stream('Hi', { format: { choices: ['abc'] } }).partial())
    assert.equal(values.at(-1), 'abc')
    assert.ok(values.every((value) => 'abc'.startsWith(value)))
    const [sequence] = await Promise.all([model.openSequence()])
    const whole = await collect(sequence.stream('x', { format: { regex: 'a{9}' } }).partial())
    assert.equal(whole.at(-1), 'aaaaaaaaa')
    await sequence.dispose()
  })

  it('an answer goes on where its message stands', async () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'the ' },
    ]
    const options = { maxTokens: 12, temperature: 0 }
    const { text, tokens } = model.applyTemplate(messages, { continueFinal: true })
    assert.ok(text.endsWith('<|im_start|>assistant\nthe '), text)
    const continued = await model.generate(messages, { ...options, continueFinal: true })
    assert.deepEqual(continued.tokens, (await model.generate(tokens, options)).tokens)
    const bound = await model.generate(messages, { continueFinal: true, format: { choices: ['end'] } })
    assert.equal(bound.text, 'end')
    await assert.rejects(
      model.generate('Hi', { continueFinal: true }),
      refusal('INVALID_ARGUMENT', 'continueFinal'),
    )
  })

  it('a text of one token is biased, and one of several is refused by their names', async () => {
    const { text } = await model.generate('Hi', { logitBias: { ' the': 100 }, temperature: 0, maxTokens: 3 })
    assert.equal(text, ' the the the')
    await assert.rejects(
      model.generate('Hi', { logitBias: { 'the cat': 1 } }),
      refusal('INVALID_ARGUMENT', 'the text "the cat"', '"the" (260)'),
    )
  })
})
