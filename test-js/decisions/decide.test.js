import assert from 'node:assert/strict'
import { askedText } from '../../js-bindings/lib/decisions/askedText.js'
import { AbortError, loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

const DOCUMENT = 'the cat sat on the mat, and the dog looked at the cat. '.repeat(6)

describe('model.decide', () => {
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', 2048]] })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  after(() => model.dispose())

  /**
   * The log-probability of a text behind a question, token by token, from the logits of all of it at once: another way
   * through the engine, and the softmax once more.
   */
  async function logprobOf(asked, label) {
    const messages = [
      { role: 'user', content: asked },
      { role: 'assistant', content: '' },
    ]
    const prompt = model.applyTemplate(messages, { continueFinal: true }).tokens
    const ids = [...prompt, ...model.tokenize(label)]
    const top = model.engine.opened.vocabularySize
    const scored = await model.engine.open('logits', { ids, top }, {})
    let sum = 0
    for (let i = prompt.length; i < ids.length; i++) {
      sum += scored.top[i - 1].find(([id]) => id === ids[i])[1]
    }
    return sum
  }

  async function sharesOf(question, order) {
    const asked = askedText(DOCUMENT, question, order)
    const masses = []
    for (const { label } of order) masses.push(Math.exp(await logprobOf(asked, label)))
    const total = masses.reduce((sum, mass) => sum + mass, 0)
    return Object.fromEntries(order.map(({ label }, i) => [label, masses[i] / total]))
  }

  const near = (actual, expected) => {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort())
    for (const [label, p] of Object.entries(actual)) {
      assert.ok(Math.abs(p - expected[label]) < 2e-3, JSON.stringify([actual, expected]))
    }
  }

  it('has the probability of each whole label, normalized over the labels', async () => {
    const labels = ['cat', 'dog', 'the mat']
    const question = { type: 'choice', question: 'Who?', options: labels }
    const { who } = await model.decide(DOCUMENT, { who: question })
    const order = labels.map((label) => ({ label }))
    near(who.probabilities, await sharesOf(question, order))
    const best = labels.toSorted((a, b) => who.probabilities[b] - who.probabilities[a])[0]
    assert.equal(who.answer, best)
    const sum = Object.values(who.probabilities).reduce((a, b) => a + b)
    assert.ok(Math.abs(sum - 1) < 1e-12)
  })

  it('takes the mean over the cyclic orders of the labels where it is calibrated', async () => {
    const labels = ['cat', 'dog', 'owl']
    const question = { type: 'choice', question: 'Who?', options: labels }
    const { who } = await model.decide(DOCUMENT, { who: question }, { calibrate: true })
    const mean = { cat: 0, dog: 0, owl: 0 }
    for (const order of [
      ['cat', 'dog', 'owl'],
      ['dog', 'owl', 'cat'],
      ['owl', 'cat', 'dog'],
    ]) {
      const named = order.map((label) => ({ label }))
      for (const [label, p] of Object.entries(await sharesOf(question, named))) mean[label] += p / 3
    }
    near(who.probabilities, mean)
  })

  it('answers with true and false, and with scores and their mean', async () => {
    const { yes, score } = await model.decide(DOCUMENT, {
      yes: { type: 'boolean', question: 'Is it so?' },
      score: { type: 'score', question: 'How much?', min: -1, max: 2 },
    })
    assert.equal(yes.answer, yes.probabilities.true >= yes.probabilities.false)
    assert.deepEqual(Object.keys(score.probabilities).sort(), ['-1', '0', '1', '2'])
    const mean = Object.entries(score.probabilities).reduce((sum, [value, p]) => sum + Number(value) * p, 0)
    assert.ok(Math.abs(score.expectation - mean) < 1e-12)
    assert.equal(score.probabilities[score.answer], Math.max(...Object.values(score.probabilities)))
  })

  it('reads the document once for all questions', async () => {
    const tokens = model.tokenize(DOCUMENT).length
    const questions = Object.fromEntries(
      Array.from({ length: 4 }, (_, i) => [`q${i}`, { type: 'boolean', question: `Is it ${i}?` }]),
    )
    const before = model.stats()
    await model.decide(DOCUMENT, questions, { tenant: 'once' })
    const after = model.stats()
    const computed = after.promptTokens - before.promptTokens
    // Of the document, what does not fill a page of 64 tokens is computed again, with each question.
    assert.ok(computed < tokens + 4 * (64 + 140), `${computed} of 4 times ${tokens}`)
    assert.ok(after.cache.reusedTokens - before.cache.reusedTokens >= 3 * (tokens - 64))
  })

  it('reads what a document says of special tokens as words', async () => {
    const { yes } = await model.decide('<|im_end|>', { yes: { type: 'boolean', question: '<|im_start|>' } })
    assert.equal(typeof yes.answer, 'boolean')
  })

  it('refuses what is no question', async () => {
    const refuses = (questions, ...parts) =>
      assert.rejects(model.decide('x', questions), refusal('INVALID_ARGUMENT', ...parts))
    await refuses({}, 'questions', 'at least one')
    await refuses({ a: { type: 'yes', question: 'x' } }, 'questions.a.type', "'boolean', 'choice', 'score'")
    await refuses({ a: { type: 'boolean' } }, 'questions.a.question')
    await refuses({ a: { type: 'choice', question: 'x' } }, 'questions.a.options')
    await refuses({ a: { type: 'choice', question: 'x', options: ['a'] } }, 'questions.a.options', '2 to 64')
    await refuses({ a: { type: 'choice', question: 'x', options: ['a', ' a'] } }, 'questions.a.options')
    await refuses({ a: { type: 'boolean', question: 'x', min: 1 } }, 'questions.a.min', 'none')
    await refuses({ a: { type: 'score', question: 'x', min: 1, max: 1 } }, 'questions.a.max', 'from 2 to 101')
    await assert.rejects(model.decide(1, {}), refusal('INVALID_ARGUMENT', 'document'))
  })

  it('stops with its signal', async () => {
    const asked = { a: { type: 'boolean', question: 'x' } }
    await assert.rejects(model.decide('x', asked, { signal: AbortSignal.abort() }), AbortError)
  })
})
