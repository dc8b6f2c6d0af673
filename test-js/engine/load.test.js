import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { engineInfo, inspect, logits, openVocabulary } from '../../js-bindings/lib/diagnostics.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { ggufBytes } from '../fixture/ggufBytes.js'
import { refusal } from '../fixture/refusal.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

const GREEDY = { temperature: 0, maxTokens: 12 }

describe('Loading', () => {
  const file = withTinyModel()

  /** What the model says, as the measure of a model that was loaded well. */
  async function said(source, options) {
    const model = await loadModel(source, options)
    try {
      return (await model.generate('Hi', GREEDY)).tokens
    } finally {
      await model.dispose()
    }
  }

  it('gives the same model from a path, a file URL and bytes', async () => {
    const bytes = readFileSync(file.path)
    const whole = new Uint8Array(bytes).buffer
    const expected = await said(file.path)
    assert.ok(expected.length > 0)
    for (const source of [pathToFileURL(file.path), pathToFileURL(file.path).href, bytes, whole]) {
      assert.deepEqual(await said(source), expected)
    }
  })

  it('warns once a load of a pre-tokenizer that it does not know, and tokenizes', async () => {
    const warnings = []
    const listener = (/** @type {Error} */ warning) => warnings.push(warning)
    process.on('warning', listener)
    const novel = join(file.folder, 'novel.gguf')
    writeFileSync(
      novel,
      ggufBytes({
        metadata: [
          ['tokenizer.ggml.model', 'string', 'gpt2'],
          ['tokenizer.ggml.pre', 'string', 'novel'],
          ['tokenizer.ggml.tokens', 'string[]', ['1', '2', '12']],
          ['tokenizer.ggml.merges', 'string[]', ['1 2']],
        ],
        tensors: [],
      }),
    )
    const vocabulary = await openVocabulary(novel)
    assert.deepEqual(vocabulary.tokenize('1212'), [2, 0, 1])
    await vocabulary.dispose()
    await new Promise(setImmediate)
    process.off('warning', listener)
    assert.deepEqual(
      warnings.map(({ name }) => name),
      ['RealmWarning'],
    )
    assert.match(warnings[0].message, /^novel: tokenizer.ggml.pre is 'novel'.*the default one/)
  })

  it('takes ids alone of a file that says that it has no vocabulary', async () => {
    const model = await loadModel(tinyLlama({ metadata: [['tokenizer.ggml.model', 'string', 'none']] }))
    const whole = await loadModel(file.path)
    const ids = [40, 41, 42]
    const { tokens, text } = await model.generate(ids, GREEDY)
    assert.equal(text, '')
    assert.deepEqual(tokens, (await whole.generate(ids, GREEDY)).tokens)
    assert.equal(tokens.length, GREEDY.maxTokens)
    const refused = refusal('UNSUPPORTED_TOKENIZER', 'none', 'token ids')
    await assert.rejects(model.generate('Hi', GREEDY), refused)
    await assert.rejects(model.generate(ids, { ...GREEDY, format: 'json' }), refusal('GRAMMAR_INVALID'))
    await model.dispose()
    await whole.dispose()
  })

  it('names a model of bytes by what its file says', async () => {
    const model = await loadModel(tinyLlama())
    assert.equal(model.name, 'Tiny Llama')
    await model.dispose()
  })

  it('keeps keys and values as bytes or in four bits where it is asked to, and generates', async () => {
    for (const kvCache of /** @type {const} */ (['q8_0', 'q4_0']))
      assert.equal((await said(file.path, { kvCache })).length, GREEDY.maxTokens)
    assert.deepEqual(await said(file.path, { kvCache: 'f16' }), await said(file.path))
    await assert.rejects(said(file.path, { kvCache: /** @type {any} */ ('q2_k') }), {
      code: 'INVALID_ARGUMENT',
      message: /kvCache.*q2_k.*one of 'f16', 'q8_0', 'q4_0'/s,
    })
  })

  it('keeps the bytes that it was given to itself', async () => {
    const bytes = tinyLlama()
    const model = await loadModel(bytes)
    const { tokens } = await model.generate('Hi', GREEDY)
    bytes.fill(0)
    assert.deepEqual((await model.generate('Hi', GREEDY)).tokens, tokens)
    await model.dispose()
  })

  it('loads several models, each by itself', async () => {
    const models = await Promise.all([loadModel(file.path), loadModel(file.path), loadModel(tinyLlama())])
    await models[0].dispose()
    const [a, b] = await Promise.all(models.slice(1).map((model) => model.generate('Hi', GREEDY)))
    assert.deepEqual(a.tokens, b.tokens)
    await Promise.all(models.map((model) => model.dispose()))
  })

  describe('of what is no model', () => {
    const bad = (name, bytes) => {
      const path = join(file.folder, name)
      writeFileSync(path, bytes)
      return path
    }
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

    it('fails with a coded error that says what was wrong, and the next load works', async () => {
      const whole = tinyLlama()
      for (const [source, code, ...parts] of [
        [join(file.folder, 'missing.gguf'), 'FILE_NOT_FOUND', 'missing.gguf'],
        [file.folder, 'IO_ERROR', file.folder],
        [bad('empty.gguf', ''), 'GGUF_INVALID', 'empty.gguf'],
        [bad('picture.gguf', png), 'GGUF_INVALID', 'picture.gguf'],
        [bad('cut.gguf', whole.subarray(0, 4096)), 'GGUF_TRUNCATED', 'cut.gguf'],
        [bad('tensors-cut.gguf', whole.subarray(0, whole.length - 64)), 'GGUF_TRUNCATED', 'output.weight'],
        [bad('other.gguf', tinyLlama({ architecture: 'mamba' })), 'UNSUPPORTED_ARCHITECTURE', 'mamba'],
        [
          bad('words.gguf', tinyLlama({ metadata: [['tokenizer.ggml.model', 'string', 'words']] })),
          'UNSUPPORTED_TOKENIZER',
          'words',
        ],
        [Buffer.alloc(0), 'GGUF_INVALID', 'source'],
        [png, 'GGUF_INVALID'],
        [whole.subarray(0, 5000), 'GGUF_TRUNCATED'],
      ]) {
        await assert.rejects(loadModel(source), refusal(code, ...parts))
      }
      assert.ok((await said(file.path)).length > 0)
    })

    it('fails with a coded error wherever the bytes are cut off', async () => {
      const whole = tinyLlama()
      for (let size = 1; size < whole.length; size += 4093) {
        await assert.rejects(loadModel(whole.subarray(0, size)), ({ code }) => /^GGUF_/.test(code))
      }
    })

    it('fails with a coded error where a count or a length is as large as can be written', async () => {
      const places = { 'number of tensors': 8, 'number of keys': 16, 'length of the first key': 24 }
      for (const [place, offset] of Object.entries(places)) {
        const bytes = tinyLlama()
        bytes.fill(0xff, offset, offset + 8)
        await assert.rejects(loadModel(bytes), ({ code }) => /^GGUF_/.test(code), place)
      }
    })

    it('refuses a context that the model was not trained for', async () => {
      await assert.rejects(
        loadModel(file.path, { contextLength: 257 }),
        refusal('INVALID_ARGUMENT', '257', '256'),
      )
    })
  })

  it('adds BOS where the file asks for it, once', async () => {
    const model = await loadModel(tinyLlama({ addBos: true, chatTemplate: '{{ messages[0].content }}' }))
    const itself = await loadModel(
      tinyLlama({ addBos: true, chatTemplate: '{{ bos_token }}{{ messages[0].content }}' }),
    )
    const count = async (chosen, prompt, options) =>
      (await chosen.generate(prompt, { ...GREEDY, ...options })).usage.promptTokens
    assert.equal(await count(model, 'ab'), 3)
    assert.equal(await count(itself, 'ab'), 3)
    assert.equal(await count(model, 'ab', { raw: true }), 3)
    assert.equal(await count(model, [70, 71]), 2)
    assert.deepEqual(model.tokenize('the', { addBos: true }), [1, 260])
    await Promise.all([model.dispose(), itself.dispose()])
  })

  it('takes a string as it is where there is no chat template, without special tokens', async () => {
    const model = await loadModel(tinyLlama({ chatTemplate: null }))
    const { usage } = await model.generate('a<|im_end|>', GREEDY)
    assert.equal(usage.promptTokens, 'a<|im_end|>'.length)
    const raw = await model.generate('a<|im_end|>', { ...GREEDY, raw: true })
    assert.equal(raw.usage.promptTokens, 2)
    await model.dispose()
  })

  it('works in worker threads, several at once, and in the main thread beside them', async () => {
    const expected = await said(file.path)
    const source = `
      import { parentPort, workerData } from 'node:worker_threads'
      import { loadModel } from ${JSON.stringify(new URL('../../js-bindings/lib/index.js', import.meta.url).href)}
      const model = await loadModel(workerData.path)
      const { tokens } = await model.generate('Hi', workerData.options)
      await model.dispose()
      parentPort.postMessage(tokens)`
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
    const worker = () =>
      new Promise((resolve, reject) => {
        const thread = new Worker(url, { workerData: { path: file.path, options: GREEDY } })
        let answer
        thread.on('message', (message) => (answer = message))
        thread.on('error', reject)
        thread.on('exit', () => resolve(answer))
      })
    const answers = await Promise.all([worker(), worker(), worker(), said(file.path)])
    for (const answer of answers) assert.deepEqual(answer, expected)
  })
})

describe('What the command line asks for', () => {
  const file = withTinyModel()

  it('inspects a file', async () => {
    const { metadata, tensors } = await inspect(file.path)
    assert.equal(metadata['general.architecture'], 'llama')
    assert.equal(metadata['llama.context_length'], 256)
    assert.equal(tensors.length, 2 * 9 + 3)
    const { name, type, shape, bytes } = tensors[0]
    assert.deepEqual(
      { name, type, shape, bytes },
      { name: 'token_embd.weight', type: 'F32', shape: [32, 263], bytes: 33664 },
    )
    await assert.rejects(
      inspect(join(file.folder, 'missing.gguf')),
      refusal('FILE_NOT_FOUND', 'missing.gguf'),
    )
  })

  it('opens a vocabulary alone', async () => {
    const vocabulary = await openVocabulary(file.path)
    assert.deepEqual(vocabulary.tokenize('the<|im_end|>', { special: true }), [260, 2])
    assert.equal(vocabulary.detokenize([260, 261]), 'the the')
    assert.throws(() => vocabulary.detokenize([263]), refusal('TOKEN_OUT_OF_RANGE'))
    await vocabulary.dispose()
    assert.throws(() => vocabulary.tokenize('the'), refusal('DISPOSED'))
  })

  it('tells the most probable next tokens, in any batch', async () => {
    const model = await loadModel(file.path)
    const ids = model.tokenize('the other thing')
    const all = await logits(model, ids, { top: 263 })
    assert.deepEqual(all.ids, ids)
    assert.equal(all.top.length, ids.length)
    for (const row of all.top) {
      assert.equal(row.length, 263)
      const sum = row.reduce((total, [, logProbability]) => total + Math.exp(logProbability), 0)
      assert.ok(Math.abs(sum - 1) < 1e-4, `the probabilities add up to ${sum}`)
    }
    const single = await logits(model, ids, { top: 3, batch: 1 })
    for (const [position, row] of single.top.entries()) {
      assert.deepEqual(
        row.map(([id]) => id),
        all.top[position].slice(0, 3).map(([id]) => id),
      )
      for (const [rank, [, value]] of row.entries())
        assert.ok(Math.abs(value - all.top[position][rank][1]) < 1e-3)
    }
    const { tokens } = await model.generate(ids, { temperature: 0, maxTokens: 1 })
    assert.equal(tokens[0], all.top.at(-1)[0][0])
    await assert.rejects(logits(model, ids, { top: 0 }), refusal('INVALID_ARGUMENT', 'top: received 0'))
    await model.dispose()
  })

  it('tells what the engine runs on', async () => {
    const info = await engineInfo()
    assert.deepEqual(Object.keys(info).sort(), ['java', 'kernels', 'reason', 'version'])
    assert.match(info.java, /^25/)
  })
})
