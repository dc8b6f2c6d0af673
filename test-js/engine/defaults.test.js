import assert from 'node:assert/strict'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** What a model of a file generates for each of some options. */
async function answers(file, ...manyOptions) {
  const model = await loadModel(file.path, { threads: 1 })
  try {
    const tokens = []
    for (const options of manyOptions) tokens.push((await model.generate('Hi', options)).tokens)
    return tokens
  } finally {
    await model.dispose()
  }
}

describe('A model whose file recommends how to sample', () => {
  const plain = withTinyModel()
  const greedy = withTinyModel({ metadata: [['general.sampling.temp', 'f32', 0]] })
  const wrong = withTinyModel({ metadata: [['general.sampling.min_p', 'f32', 2]] })
  const options = { maxTokens: 24, logitBias: { 2: Number.NEGATIVE_INFINITY } }

  it('has that as its defaults', async () => {
    const made = await answers(greedy, options, { ...options, seed: 1 }, { ...options, seed: 2 })
    const [expected] = await answers(plain, { ...options, temperature: 0 })
    assert.deepEqual(made, [expected, expected, expected])
  })

  it('lets the options win', async () => {
    const given = { ...options, temperature: 5, seed: 4 }
    const [tokens, byDefault] = await answers(greedy, given, options)
    assert.deepEqual(await answers(plain, given), [tokens])
    assert.notDeepEqual(tokens, byDefault)
  })

  it('is told to be wrong where its values are out of range', async () => {
    await assert.rejects(answers(wrong, options), refusal('MODEL_INVALID', 'general.sampling', 'minP is 2.0'))
  })

  it('takes options as clients of the field send them, in their meaning', async () => {
    const seeded = { maxTokens: 24, seed: -5 }
    const [most, nucleus, first, second] = await answers(
      plain,
      { maxTokens: 8, temperature: 0 },
      { maxTokens: 8, topP: 0, stop: null, seed: -1, system: null },
      seeded,
      seeded,
    )
    assert.deepEqual(nucleus, most)
    assert.deepEqual(first, second)
  })
})
