import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

const prompt = Array.from({ length: 90 }, (_, i) => 3 + ((i * 37) % 256))
const greedy = { temperature: 0, maxTokens: 100, logitBias: { 2: Number.NEGATIVE_INFINITY } }
const seeded = { ...greedy, temperature: 1, topK: 0, seed: 11 }

describe('A draft model', () => {
  const file = withTinyModel()

  it('changes no text', async () => {
    const alone = await loadModel(file.path, { threads: 1, speculation: false })
    const guessed = await loadModel(file.path, { threads: 1, draft: file.path })
    try {
      for (const options of [greedy, seeded, { ...seeded, format: { regex: '[a-z ]{60,90}' } }]) {
        const expected = await alone.generate(prompt, options)
        const { tokens, text, timings } = await guessed.generate(prompt, options)
        assert.deepEqual(tokens, expected.tokens)
        assert.equal(text, expected.text)
        assert.ok(timings.accepted <= timings.drafted, JSON.stringify(timings))
        assert.equal(expected.timings.drafted, 0)
        const without = await guessed.generate(prompt, { ...options, speculation: false })
        assert.deepEqual(without.tokens, expected.tokens)
        assert.equal(without.timings.drafted, 0)
      }
      const { draftedTokens, acceptedTokens } = guessed.stats()
      assert.ok(draftedTokens > 0 && acceptedTokens <= draftedTokens)
    } finally {
      await Promise.all([alone.dispose(), guessed.dispose()])
    }
  })

  it('serves many texts at a time, aborts among them', async () => {
    const alone = await loadModel(file.path, { threads: 1 })
    const guessed = await loadModel(file.path, { threads: 1, draft: { source: file.path, maxTokens: 4 } })
    try {
      const asked = Array.from({ length: 8 }, (_, i) => [[...prompt, 5 + i], { ...seeded, seed: i }])
      const expected = await Promise.all(asked.map(([ids, options]) => alone.generate(ids, options)))
      const stopped = new AbortController()
      const endless = guessed.generate(prompt, { ...greedy, maxTokens: 160, signal: stopped.signal })
      const texts = Promise.all(asked.map(([ids, options]) => guessed.generate(ids, options)))
      setTimeout(() => stopped.abort(), 20)
      await endless.catch((error) => assert.equal(error.name, 'AbortError'))
      assert.deepEqual(
        (await texts).map(({ text }) => text),
        expected.map(({ text }) => text),
      )
    } finally {
      await Promise.all([alone.dispose(), guessed.dispose()])
    }
  })

  it('comes as bytes as well, and goes with its model in the middle of a text', async () => {
    const bytes = readFileSync(file.path)
    const model = await loadModel(bytes, { threads: 1, draft: bytes })
    const texts = [1, 2, 3].map((seed) => model.generate(prompt, { ...seeded, maxTokens: 160, seed }))
    const ends = Promise.allSettled(texts)
    await model.dispose({ abort: true })
    for (const { reason } of await ends) {
      if (reason !== undefined) assert.equal(reason.name, 'AbortError')
    }
  })

  it('follows a sequence that is forked and cut', async () => {
    const alone = await loadModel(file.path, { threads: 1, speculation: false })
    const guessed = await loadModel(file.path, { threads: 1, draft: file.path })
    const short = { ...greedy, maxTokens: 20 }
    try {
      const texts = []
      for (const model of [alone, guessed]) {
        const sequence = await model.openSequence()
        const first = await sequence.generate(prompt, short)
        const fork = await sequence.fork()
        const second = await sequence.generate([40, 41], short)
        const other = await fork.generate([50], short)
        await sequence.truncate(70)
        const third = await sequence.generate([60], short)
        texts.push([first, second, other, third].map(({ tokens }) => tokens))
      }
      assert.deepEqual(texts[1], texts[0])
    } finally {
      await Promise.all([alone.dispose(), guessed.dispose()])
    }
  })

  it('counts its keys and values in cacheMb', async () => {
    const alone = await loadModel(file.path, { threads: 1, cacheMb: 4 })
    const model = await loadModel(file.path, { threads: 1, cacheMb: 4, draft: file.path })
    try {
      const budget = model.stats().cache.budgetBytes
      assert.ok(Math.abs(budget - alone.stats().cache.budgetBytes) <= 2, String(budget))
      await model.generate(prompt, greedy)
      await alone.generate(prompt, greedy)
      assert.ok(model.stats().cache.keptBytes > alone.stats().cache.keptBytes)
    } finally {
      await Promise.all([alone.dispose(), model.dispose()])
    }
  })

  it('is refused where its tokens are others, with what differs', async () => {
    const load = (/** @type {Buffer | string} */ draft) => loadModel(file.path, { threads: 1, draft })
    const more = tinyLlama({ vocabularySize: 300 })
    await assert.rejects(load(more), refusal('DRAFT_MISMATCH', 'there are 300 tokens, and 263 of the model'))
    const tokenTypes = Array.from({ length: 263 }, (_, id) => (id < 4 ? 3 : 1))
    const types = tinyLlama({ metadata: [['tokenizer.ggml.token_type', 'i32[]', tokenTypes]] })
    await assert.rejects(load(types), refusal('DRAFT_MISMATCH', 'token 3', 'type CONTROL', 'NORMAL'))
    const merges = tinyLlama({ metadata: [['tokenizer.ggml.merges', 'string[]', ['t h', 'th e', 'Ġ the']]] })
    await assert.rejects(load(merges), refusal('DRAFT_MISMATCH', 'there are 3 merges, and 4 of the model'))
    const broken = join(file.folder, 'broken.gguf')
    writeFileSync(broken, 'GGUF')
    await assert.rejects(load(broken), refusal('GGUF_TRUNCATED', 'draft: '))
    await assert.rejects(load(join(file.folder, 'none.gguf')), refusal('FILE_NOT_FOUND'))
    const model = await loadModel(file.path, { threads: 1 })
    assert.equal((await model.generate(prompt, { ...greedy, maxTokens: 4 })).tokens.length, 4)
    await model.dispose()
  })
})
