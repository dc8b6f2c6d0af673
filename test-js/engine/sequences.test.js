import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('A sequence that goes on', () => {
  const file = withTinyModel({ addBos: true })
  const greedy = {
    temperature: 0,
    maxTokens: 8,
    logitBias: { 0: Number.NEGATIVE_INFINITY, 2: Number.NEGATIVE_INFINITY },
  }
  const first = Array.from({ length: 90 }, (_, i) => 3 + ((i * 37) % 256))
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model

  beforeEach(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  afterEach(() => model.dispose())

  it('keeps what it holds from call to call, its texts too', async () => {
    const sequence = await model.openSequence()
    assert.deepEqual(sequence.tokens(), [])
    const one = await sequence.generate(first, greedy)
    assert.deepEqual(one.tokens, (await model.generate(first, greedy)).tokens)
    assert.deepEqual(sequence.tokens(), [...first, ...one.tokens])
    const stream = sequence.stream([40, 41], greedy)
    let text = ''
    for await (const piece of stream) text += piece
    const two = await stream.result
    assert.equal(text, two.text)
    assert.deepEqual(two.usage, { promptTokens: 100, cachedTokens: 97, completionTokens: 8 })
    assert.deepEqual(sequence.tokens(), [...first, ...one.tokens, 40, 41, ...two.tokens])
    assert.ok(two.timings.loadMs > 0)
  })

  it('takes a text verbatim, with BOS before the first, and goes on without one', async () => {
    const sequence = await model.openSequence()
    await sequence.generate('the <|im_end|>', { ...greedy, maxTokens: 1 })
    const begun = model.tokenize('the <|im_end|>', { special: true, addBos: true })
    assert.equal(begun[0], 1)
    assert.deepEqual(sequence.tokens().slice(0, -1), begun)
    await sequence.generate('the', { ...greedy, maxTokens: 3 })
    const [more] = model.tokenize('the')
    assert.equal(sequence.tokens()[begun.length + 1], more)
    const { tokens } = await sequence.generate(undefined, greedy)
    assert.equal(tokens.length, 8)
    await sequence.truncate(begun.length)
    const again = await sequence.generate([], greedy)
    assert.deepEqual(again.tokens, (await model.generate(begun, greedy)).tokens)
  })

  it('is forked and cut, and the others stay as they are', async () => {
    const sequence = await model.openSequence({ tenant: 'a' })
    await sequence.generate(first, greedy)
    const tokens = sequence.tokens()
    const fork = await sequence.fork()
    await fork.truncate(70)
    assert.deepEqual(fork.tokens(), tokens.slice(0, 70))
    const { tokens: made } = await fork.generate([9], greedy)
    assert.deepEqual(made, (await model.generate([...tokens.slice(0, 70), 9], greedy)).tokens)
    assert.deepEqual(sequence.tokens(), tokens)
    await assert.rejects(fork.truncate(500), refusal('INVALID_ARGUMENT', 'tokens is 500', '79'))
    await assert.rejects(fork.truncate(-1), refusal('INVALID_ARGUMENT', 'tokens: received -1'))
  })

  it('is saved and restored, by the same model alone', async () => {
    const path = join(file.folder, 'chat.seq')
    const sequence = await model.openSequence()
    await sequence.generate(first, greedy)
    await sequence.save(path)
    const expected = await sequence.generate([50, 51], greedy)
    await sequence.dispose()
    const restored = await model.restoreSequence(path)
    const { tokens, usage } = await restored.generate([50, 51], greedy)
    assert.deepEqual(tokens, expected.tokens)
    assert.equal(usage.cachedTokens, 97)

    const bytes = readFileSync(path)
    bytes[bytes.length - 40] ^= 1
    const hostile = join(file.folder, 'hostile.seq')
    writeFileSync(hostile, bytes)
    await assert.rejects(
      model.restoreSequence(hostile),
      refusal('SEQUENCE_INVALID', 'not those that were written'),
    )
    await assert.rejects(model.restoreSequence(join(file.folder, 'none')), { code: 'FILE_NOT_FOUND' })
    const other = await loadModel(tinyLlama({ metadata: [['general.name', 'string', 'Other']] }))
    await assert.rejects(other.restoreSequence(path), refusal('SEQUENCE_INVALID', 'another model'))
    await other.dispose()
    for (const kvCache of /** @type {const} */ (['q8_0', 'q4_0'])) {
      const rounding = await loadModel(file.path, { kvCache })
      await assert.rejects(rounding.restoreSequence(path), refusal('SEQUENCE_INVALID', 'kvCache'))
      await rounding.dispose()
    }
  })

  it('keeps of an aborted text what came of it', async () => {
    const sequence = await model.openSequence()
    const stopping = new AbortController()
    const stream = sequence.stream(first, { ...greedy, maxTokens: 140, signal: stopping.signal })
    await stream.next()
    stopping.abort()
    const error = await stream.result.catch((reason) => reason)
    const made = error.result?.tokens ?? error.tokens
    assert.deepEqual(sequence.tokens(), [...first, ...made])
  })

  it('has one call at a time', async () => {
    const sequence = await model.openSequence()
    const calls = await Promise.allSettled(
      Array.from({ length: 12 }, () => sequence.generate([5, 6], { ...greedy, maxTokens: 10 })),
    )
    // Which of them come while another runs, nobody knows; the others are as if they had never been.
    const made = calls.filter(({ status }) => status === 'fulfilled').length
    assert.ok(made > 0)
    for (const { status, reason } of calls) {
      if (status === 'rejected') refusal('INVALID_ARGUMENT', 'being generated')(reason)
    }
    assert.equal(sequence.tokens().length, made * 12)
  })

  it('stops with its disposal, which may come twice', async () => {
    const sequence = await model.openSequence()
    const running = sequence.generate(first, { ...greedy, maxTokens: 150 })
    const ends = running.then(
      ({ tokens }) => assert.equal(tokens.length, 150),
      ({ code }) => assert.ok(['ABORTED', 'DISPOSED'].includes(code), code),
    )
    await Promise.all([sequence.dispose(), ends])
    await sequence[Symbol.asyncDispose]()
    assert.throws(() => sequence.tokens(), refusal('DISPOSED'))
    await assert.rejects(sequence.fork(), refusal('DISPOSED'))
  })

  it('is of a tenant, and as urgent as it says, and so are its forks', async () => {
    const sequence = await model.openSequence({ tenant: 'a', priority: 10 })
    await sequence.generate(first, greedy)
    const fork = await sequence.fork()
    for (const each of [sequence, fork]) {
      assert.equal((await each.generate([7], { ...greedy, priority: -10 })).tokens.length, 8)
    }
    const path = join(file.folder, 'urgent.seq')
    await sequence.save(path)
    const restored = await model.restoreSequence(path, { tenant: 'b', priority: -3 })
    assert.deepEqual(restored.tokens(), sequence.tokens())
    assert.equal((await restored.generate([8], greedy)).tokens.length, 8)
    await assert.rejects(model.openSequence({ priority: 11 }), refusal('INVALID_ARGUMENT', 'priority'))
    await assert.rejects(model.restoreSequence(path, { cache: 'none' }), refusal('INVALID_ARGUMENT', 'cache'))
  })

  it('ends with its model', async () => {
    const own = await loadModel(file.path, { threads: 1 })
    const sequence = await own.openSequence()
    const running = sequence.generate(first, greedy)
    await own.dispose()
    assert.equal((await running).tokens.length, 8)
    await sequence.dispose()
    await assert.rejects(sequence.generate([5], greedy), refusal('DISPOSED'))
    await assert.rejects(own.openSequence(), refusal('DISPOSED'))
  })

  it('refuses what it cannot take', async () => {
    const sequence = await model.openSequence()
    await assert.rejects(sequence.generate([], greedy), refusal('INVALID_ARGUMENT', 'empty'))
    await assert.rejects(
      sequence.generate([{ role: 'user', content: 'x' }]),
      refusal('INVALID_ARGUMENT', 'applyTemplate'),
    )
    await assert.rejects(sequence.generate([263], greedy), refusal('TOKEN_OUT_OF_RANGE'))
    await assert.rejects(sequence.generate('x', { raw: true }), refusal('INVALID_ARGUMENT', 'raw'))
    await assert.rejects(sequence.generate('x', { tenant: 'b' }), refusal('INVALID_ARGUMENT', 'tenant'))
    await assert.rejects(sequence.generate(new Array(300).fill(5), greedy), refusal('CONTEXT_OVERFLOW'))
    await assert.rejects(model.openSequence({ cache: 'x' }), refusal('INVALID_ARGUMENT', 'cache'))
    await assert.rejects(model.restoreSequence(5), refusal('INVALID_ARGUMENT', 'path'))
  })
})
