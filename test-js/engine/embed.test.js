import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AbortError, loadModel } from '../../js-bindings/lib/index.js'
import { runRealm } from '../cli/runRealm.js'
import { refusal } from '../fixture/refusal.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { tinyLlama } from '../fixture/tinyLlama.js'

/** Values of a vector of both models. */
const WIDTH = 32

describe('The engine, embedding', () => {
  /** @type {string} */
  let folder
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let bert
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let llama
  const file = (/** @type {string} */ name) => join(folder, name)

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'realm-embed-'))
    writeFileSync(file('bert.gguf'), tinyBert())
    writeFileSync(file('llama.gguf'), tinyLlama({ addBos: true }))
    bert = await loadModel(file('bert.gguf'), { threads: 2 })
    llama = await loadModel(file('llama.gguf'), { threads: 2 })
  })
  after(async () => {
    await Promise.all([bert?.dispose(), llama?.dispose()])
    rmSync(folder, { recursive: true })
  })

  /** Texts of every length up to the context, and some twice. */
  const texts = Array.from({ length: 45 }, (_, i) =>
    'the quick brown fox jumps over it'.slice(i % 7, (i % 7) + (i % 23)),
  )
  const one = async (model, text, options) => (await model.embed([text], options)).embeddings[0]
  const rows = (/** @type {Float32Array} */ values) =>
    Array.from({ length: values.length / WIDTH }, (_, row) => values.slice(row * WIDTH, (row + 1) * WIDTH))
  const length = (/** @type {Float32Array} */ vector) => Math.hypot(...vector)

  /** Within what f32 holds. */
  function near(actual, expected) {
    assert.equal(actual.length, expected.length)
    for (const [i, value] of actual.entries()) {
      assert.ok(
        Math.abs(value - expected[i]) <= 1e-6 * Math.max(1, Math.abs(expected[i])),
        `${value}, ${expected[i]}`,
      )
    }
  }

  for (const name of ['bert', 'llama']) {
    const model = () => ({ bert, llama })[name]

    it(`gives a text the same bits alone and among others, with ${name}`, async () => {
      const { embeddings, usage } = await model().embed(texts)
      assert.equal(embeddings.length, texts.length)
      let tokens = 0
      for (const [i, text] of texts.entries()) {
        const alone = await model().embed(text)
        assert.deepEqual(embeddings[i], alone.embeddings[0], text)
        tokens += alone.usage.promptTokens
      }
      assert.deepEqual(usage, { promptTokens: tokens })
      const backwards = await model().embed(texts.toReversed())
      assert.deepEqual(backwards.embeddings.toReversed(), embeddings)
    })

    it(`pools the rows that it gives unpooled, with ${name}`, async () => {
      const options = { normalize: false }
      const states = rows(await one(model(), 'the fox', { ...options, pooling: 'none' }))
      assert.deepEqual(await one(model(), 'the fox', { ...options, pooling: 'cls' }), states[0])
      assert.deepEqual(await one(model(), 'the fox', { ...options, pooling: 'last' }), states.at(-1))
      const mean = states[0].map((_, i) => states.reduce((sum, state) => sum + state[i], 0) / states.length)
      near(await one(model(), 'the fox', { ...options, pooling: 'mean' }), mean)
    })

    it(`cuts vectors first, and brings them to length 1 then, with ${name}`, async () => {
      const whole = await one(model(), 'the fox', { normalize: false })
      assert.ok(Math.abs(length(whole) - 1) > 0.1)
      const cut = await one(model(), 'the fox', { dimensions: 5, normalize: false })
      assert.deepEqual(cut, whole.slice(0, 5))
      near(
        await one(model(), 'the fox', { dimensions: 5 }),
        cut.map((value) => value / length(cut)),
      )
      assert.ok(Math.abs(length(await one(model(), 'the fox')) - 1) < 1e-6)
      const unpooled = await one(model(), 'fox', { pooling: 'none', dimensions: 3 })
      for (let i = 0; i < unpooled.length; i += 3) near([length(unpooled.slice(i, i + 3))], [1])
      await assert.rejects(
        model().embed(['fox'], { dimensions: WIDTH + 1 }),
        refusal('INVALID_ARGUMENT', 'dimensions is 33', '32 values'),
      )
    })

    it(`stops when it is told to, with ${name}`, async () => {
      const stop = new AbortController()
      const running = model().embed(Array(20_000).fill('the quick brown fox'), { signal: stop.signal })
      setImmediate(() => stop.abort('enough'))
      await assert.rejects(running, (error) => error instanceof AbortError && error.cause === 'enough')
      assert.equal((await model().embed(['fox'])).embeddings.length, 1)
    })
  }

  it('takes the mean of an encoder and the last state of a decoder, where the file says nothing', async () => {
    assert.deepEqual(await one(bert, 'fox'), await one(bert, 'fox', { pooling: 'mean' }))
    assert.deepEqual(await one(llama, 'fox'), await one(llama, 'fox', { pooling: 'last' }))
    assert.notDeepEqual(await one(llama, 'fox'), await one(llama, 'fox', { pooling: 'mean' }))
  })

  it('pools as the file says', async () => {
    for (const [type, pooling] of ['none', 'mean', 'cls', 'last'].entries()) {
      const model = await loadModel(tinyBert([['bert.pooling_type', 'u32', type]]), { threads: 1 })
      try {
        assert.deepEqual(await one(model, 'fox'), await one(bert, 'fox', { pooling }))
      } finally {
        await model.dispose()
      }
    }
  })

  it('takes texts up to the context, and of longer ones the beginning if that is asked for', async () => {
    const letters = (/** @type {number} */ n) => 'abcdefghijklmnopqrstuvwxyz'.repeat(9).slice(0, n)
    assert.equal((await bert.embed(letters(30))).usage.promptTokens, 32)
    await assert.rejects(
      bert.embed(['fox', letters(31)]),
      refusal('CONTEXT_OVERFLOW', 'texts[1] has 33 tokens', 'holds 32', 'truncate'),
    )
    const { embeddings, usage } = await bert.embed([letters(200), 'fox'], { truncate: true })
    assert.equal(usage.promptTokens, 32 + 5)
    // The token that closes a text stays.
    assert.deepEqual(embeddings[0], await one(bert, letters(30)))
    assert.deepEqual(embeddings[1], await one(bert, 'fox'))
  })

  it('embeds an empty text where tokens stand around it', async () => {
    assert.equal((await bert.embed('')).usage.promptTokens, 2)
    assert.deepEqual(await one(bert, ''), await one(bert, ' \n'))
    assert.equal((await llama.embed('')).usage.promptTokens, 1)
    const bare = await loadModel(tinyLlama(), { threads: 1 })
    try {
      await assert.rejects(bare.embed(['a', '']), refusal('INVALID_ARGUMENT', 'texts[1] is empty'))
    } finally {
      await bare.dispose()
    }
  })

  it('takes special tokens in a text as plain text', async () => {
    const { usage } = await bert.embed('[SEP]')
    // CLS, UNK for the bracket, three letters, UNK, SEP.
    assert.equal(usage.promptTokens, 7)
  })

  it('gives arrays that can be transferred one by one', async () => {
    const { embeddings } = await bert.embed(['a', 'b'])
    const moved = structuredClone(embeddings[0], { transfer: [embeddings[0].buffer] })
    assert.equal(moved.length, WIDTH)
    assert.equal(embeddings[1].length, WIDTH)
  })

  it('refuses to let an encoder generate, and says what it is for', async () => {
    await assert.rejects(
      bert.generate('the', { raw: true }),
      refusal('UNSUPPORTED_OPERATION', 'bert', 'embed'),
    )
    await assert.rejects(
      async () => {
        for await (const _ of bert.stream([2, 3])) assert.fail()
      },
      refusal('UNSUPPORTED_OPERATION', 'embed'),
    )
  })

  it('embeds while it generates', async () => {
    const alone = await llama.generate('Hi', { temperature: 0, maxTokens: 30 })
    const [text, embedded] = await Promise.all([
      llama.generate('Hi', { temperature: 0, maxTokens: 30 }),
      llama.embed(texts),
    ])
    assert.deepEqual(text.tokens, alone.tokens)
    assert.deepEqual(embedded.embeddings[9], await one(llama, texts[9]))
  })

  it('works in a worker', async () => {
    const library = new URL('../../js-bindings/lib/index.js', import.meta.url).href
    const code = `
      import { parentPort, workerData } from 'node:worker_threads'
      import { loadModel } from ${JSON.stringify(library)}
      const model = await loadModel(workerData, { threads: 1 })
      const { embeddings } = await model.embed(['fox', 'dog'])
      parentPort.postMessage(embeddings, embeddings.map(({ buffer }) => buffer))
      await model.dispose()`
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      workerData: file('bert.gguf'),
    })
    const embeddings = await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject)
    })
    await new Promise((resolve) => worker.once('exit', resolve))
    assert.deepEqual(embeddings, (await bert.embed(['fox', 'dog'])).embeddings)
  })

  it('embeds from the command line', async () => {
    writeFileSync(file('texts.json'), JSON.stringify(['fox', 'the dog']))
    const { stdout, stderr, code } = await runRealm([
      ...['embed', '--model', file('bert.gguf'), '--texts-file', file('texts.json'), '--json'],
    ])
    assert.deepEqual([stderr, code], ['', 0])
    const { embeddings } = await bert.embed(['fox', 'the dog'])
    assert.deepEqual(
      JSON.parse(stdout),
      embeddings.map((embedding) => ({ embedding: [...embedding] })),
    )
    const shown = await runRealm(['embed', '-m', file('bert.gguf'), '--text', 'fox', '--dimensions', '3'])
    assert.match(shown.stdout, /^3 values: -?\d\.\d{4} -?\d\.\d{4} -?\d\.\d{4} {2}"fox"\n$/)
    const refused = await runRealm(['embed', '-m', file('bert.gguf'), '--text', 'x'.repeat(99)])
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^error\[CONTEXT_OVERFLOW\]: texts\[0\] has 101 tokens/)
  })
})
