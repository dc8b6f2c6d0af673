import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** A text of 600 tokens that does not end before. */
const LONG = {
  temperature: 0.7,
  seed: 5,
  maxTokens: 600,
  logitBias: { 0: Number.NEGATIVE_INFINITY, 2: Number.NEGATIVE_INFINITY },
}

/** Waits until something holds; the test's own timeout ends that. @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** @param {AsyncIterable<string>} stream */
async function readAll(stream) {
  for await (const _ of stream);
}

describe('A stream whose reader is behind', () => {
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', 4096]] })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  /** What the text is where nobody waits. */
  let whole = ''
  before(async () => {
    model = await loadModel(file.path, { threads: 1, parallel: 2 })
    whole = (await model.generate('the', LONG)).text
  })
  after(() => model.dispose({ abort: true }))

  it('makes no more than its high-water mark, lets others have its place, and is the same text in the end', async () => {
    const streams = [1, 50, 200].map((highWaterMark) => {
      const stream = model.stream('the', { ...LONG, highWaterMark })
      return { stream, highWaterMark }
    })
    const texts = await Promise.all(streams.map(async ({ stream }) => (await stream.next()).value))
    await until(() => model.stats().paused === 3)
    // What was read lets them go on once more, from the next step on.
    await model.generate('he', { ...LONG, maxTokens: 1 })
    await until(() => model.stats().paused === 3)
    const { textTokens, running } = model.stats()
    assert.equal(running, 0)
    const other = await model.generate('he', { ...LONG, maxTokens: 50 })
    // The first token of a text comes with its prompt.
    assert.equal(model.stats().textTokens - textTokens, other.usage.completionTokens - 1)
    assert.equal(model.stats().paused, 3)
    for (const [i, { stream }] of streams.entries()) {
      for await (const piece of stream) texts[i] += piece
      assert.equal(texts[i], whole)
    }
    assert.equal(model.stats().paused, 0)
  })

  it('has as much made as its mark says, in UTF-16 units', async () => {
    const before = model.stats().textTokens
    const stream = model.stream('the', { ...LONG, highWaterMark: 40 })
    let { value: text } = await stream.next()
    await until(() => model.stats().paused === 1)
    // A token has at least one unit, the whole text fewer than two tokens a unit; guesses that hold come in one step.
    assert.ok(model.stats().textTokens - before <= 2 * (text.length + 40) + 16)
    for await (const piece of stream) text += piece
    assert.equal(text, whole)
  })

  it('goes to its end where its result is wanted, however little of it was read', async () => {
    const stream = model.stream('the', { ...LONG, highWaterMark: 40 })
    await stream.next()
    await until(() => model.stats().paused === 1)
    assert.equal((await stream.result).text, whole)
  })

  it('is left, aborted and late as others are', async () => {
    const left = model.stream('the', { ...LONG, highWaterMark: 40 })
    await left.next()
    const controller = new AbortController()
    const aborted = model.stream('the', { ...LONG, highWaterMark: 40, signal: controller.signal })
    await aborted.next()
    await until(() => model.stats().paused === 2)
    await left.return()
    await until(() => model.stats().paused === 1)
    controller.abort()
    await assert.rejects(readAll(aborted), { name: 'AbortError' })
    await until(() => model.stats().paused === 0)
    // Nobody reads it: it cannot end before it is late.
    const late = model.stream('the', { ...LONG, highWaterMark: 40, deadline: 500 })
    const first = await late.next()
    assert.equal(typeof first.value, 'string')
    await setTimeout(600)
    await assert.rejects(readAll(late), { code: 'DEADLINE_EXCEEDED' })
  })

  it('waits with events that have log-probabilities, and in sequences and chats', async () => {
    const { logprobs } = await model.generate('the', { ...LONG, logprobs: 2 })
    const events = model.stream('the', { ...LONG, logprobs: 2, highWaterMark: 40 }).events()
    const parts = [(await events.next()).value]
    await until(() => model.stats().paused === 1)
    for await (const event of events) parts.push(event)
    assert.deepEqual(
      parts.flatMap((part) => (part.type === 'text' ? part.logprobs : [])),
      logprobs,
    )
    const sequence = await model.openSequence()
    const chat = model.chat()
    const options = { ...LONG, maxTokens: 200, highWaterMark: 40 }
    for (const make of [() => sequence.stream('the', options), () => chat.stream('the', options)]) {
      const stream = make()
      let { value: text } = await stream.next()
      await until(() => model.stats().paused === 1)
      for await (const piece of stream) text += piece
      assert.equal(text, (await stream.result).text)
    }
    await sequence.dispose()
    await chat.dispose()
  })

  it('goes to its end where the model is to be freed', async () => {
    const own = await loadModel(file.path, { threads: 1 })
    const stream = own.stream('the', { ...LONG, highWaterMark: 40 })
    let { value: text } = await stream.next()
    await until(() => own.stats().paused === 1)
    await own.dispose()
    for await (const piece of stream) text += piece
    assert.equal(text, whole)
  })

  it('has a mark from 1 on', async () => {
    for (const highWaterMark of [0, 1.5, '9', 2 ** 31]) {
      const refused = refusal('INVALID_ARGUMENT', 'highWaterMark', 'an integer from 1')
      assert.throws(() => model.stream('the', { highWaterMark }), refused)
    }
    const unknown = refusal('INVALID_ARGUMENT', 'the unknown name "highWaterMark"')
    await assert.rejects(model.generate('the', { highWaterMark: 9 }), unknown)
  })
})
