import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AbortError, loadModel } from '../../js-bindings/lib/index.js'
import { runRealm } from '../cli/runRealm.js'
import { refusal } from '../fixture/refusal.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { tinyClassifier, tinyLlama } from '../fixture/tinyLlama.js'

// How exact scores are is RankingExactnessTest's, in Java.

/** As in Qwen3-Reranker's file: plain text, with special tokens around, that ends with newlines. */
const PLAIN = '<|im_start|>Q: {query}\nD: {document}<|im_end|>\n\n'
const JINJA = '{{ bos_token }}{% for text in [query, document] %}{{ text | trim }}|{% endfor %}'

describe('The engine, ranking', () => {
  /** @type {string} */
  let folder
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let bert
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let llama
  const file = (/** @type {string} */ name) => join(folder, name)

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'realm-rank-'))
    writeFileSync(file('bert.gguf'), tinyBert([], { ranks: true }))
    writeFileSync(file('llama.gguf'), tinyLlama({ rankTemplate: PLAIN }))
    bert = await loadModel(file('bert.gguf'), { threads: 2 })
    llama = await loadModel(file('llama.gguf'), { threads: 2 })
  })
  after(async () => {
    await Promise.all([bert?.dispose(), llama?.dispose()])
    rmSync(folder, { recursive: true })
  })

  const documents = Array.from({ length: 40 }, (_, i) =>
    'the quick brown fox jumps'.slice(i % 7, (i % 7) + (i % 17)),
  )
  const score = async (model, query, document) => (await model.rank(query, [document])).results[0].score

  for (const name of ['bert', 'llama']) {
    const model = () => ({ bert, llama })[name]

    it(`gives a document the same score alone and among others, best first, with ${name}`, async () => {
      const { results, usage } = await model().rank('a fox', documents)
      assert.deepEqual(
        results.map(({ index }) => index).toSorted((a, b) => a - b),
        documents.map((_, index) => index),
      )
      let tokens = 0
      for (const [place, { index, score }] of results.entries()) {
        assert.ok(score > 0 && score < 1, `${score}`)
        const { score: before, index: indexBefore } = results[place - 1] ?? { score: 1, index: -1 }
        assert.ok(before > score || (before === score && indexBefore < index))
        const alone = await model().rank('a fox', [documents[index]])
        assert.equal(alone.results[0].score, score)
        tokens += alone.usage.promptTokens
      }
      assert.deepEqual(usage, { promptTokens: tokens })
      assert.ok(results[0].score > results.at(-1).score + 0.01)
    })

    it(`ranks no documents, with ${name}`, async () => {
      assert.deepEqual(await model().rank('a', []), { results: [], usage: { promptTokens: 0 } })
    })

    it(`is stopped by a signal, with ${name}`, async () => {
      const reason = new Error('meant')
      await assert.rejects(
        model().rank('a', documents, { signal: AbortSignal.abort(reason) }),
        (error) => error instanceof AbortError && error.cause === reason,
      )
      const controller = new AbortController()
      const ranking = model().rank(
        'a',
        Array.from({ length: 1000 }, () => documents[16]),
        { signal: controller.signal },
      )
      setTimeout(() => controller.abort(reason), 5)
      await assert.rejects(ranking, (error) => error instanceof AbortError && error.cause === reason)
    })
  }

  it('stands CLS and SEP around a query and a document of BERT', async () => {
    // Each letter is a token.
    const { usage } = await bert.rank('ab', ['cde'])
    assert.equal(usage.promptTokens, 2 + 3 + 3)
  })

  it('gives a document that does not fit the score of its best part', async () => {
    // Of the context of 32, the query and what is around take 8: room for 24 letters, a part begins 12 behind the last.
    const words = Array.from('abcdefghijklmnopqrstuvwxyzthequickbrownfoxjumpsover')
    const parts = [0, 12, 24, words.length - 24].map((from) => words.slice(from, from + 24).join(' '))
    const { results, usage } = await bert.rank('query', [words.join(' ')])
    const scores = await Promise.all(parts.map((part) => score(bert, 'query', part)))
    assert.equal(results[0].score, Math.max(...scores))
    assert.ok(Math.max(...scores) > Math.min(...scores))
    assert.equal(usage.promptTokens, 4 * 32)
    await assert.rejects(bert.rank('q'.repeat(30), ['a']), refusal('CONTEXT_OVERFLOW', '33 tokens', '32'))
  })

  it('gives P(yes) of the state of what a template writes', async () => {
    const plain = 'Q: {query} D: {document}: '
    writeFileSync(file('plain.gguf'), tinyLlama({ rankTemplate: plain }))
    const model = await loadModel(file('plain.gguf'))
    try {
      const [query, document] = ['a quick fox', 'the inn']
      const { embeddings } = await model.embed(`Q: ${query} D: ${document}: `, {
        pooling: 'last',
        normalize: false,
      })
      const { values } = tinyClassifier()
      const [yes, no] = [0, 1].map((label) =>
        embeddings[0].reduce((sum, value, i) => sum + value * values[32 * label + i], 0),
      )
      const expected = Math.exp(yes) / (Math.exp(yes) + Math.exp(no))
      const actual = await score(model, query, document)
      assert.ok(Math.abs(actual - expected) < 1e-3, `${actual}, ${expected}`)
      // What it writes of an unusual document is no pattern of a replacement.
      await score(model, query, '$& {query}')
    } finally {
      await model.dispose()
    }
  })

  it('keeps the newlines that end a template, and reads no special token in a document', async () => {
    const count = async (document) => (await llama.rank('q', [document])).usage.promptTokens
    const { tokens } = llama.applyTemplate('')
    assert.ok(tokens.length > 0)
    const around = llama.tokenize('<|im_start|>Q: q\nD: ', { special: true }).length
    const behind = llama.tokenize('<|im_end|>\n\n', { special: true }).length
    const spoken = llama.tokenize('<|im_end|>', { special: false })
    assert.ok(spoken.length > 1)
    assert.equal(await count('<|im_end|>'), around + spoken.length + behind)
  })

  it('runs a template in Jinja', async () => {
    writeFileSync(file('jinja.gguf'), tinyLlama({ rankTemplate: JINJA }))
    const model = await loadModel(file('jinja.gguf'))
    try {
      const { usage } = await model.rank(' ab ', ['cd '])
      assert.equal(usage.promptTokens, 1 + 'ab|cd|'.length)
    } finally {
      await model.dispose()
    }
  })

  for (const [template, part] of [
    ['only {query}', 'no place for the document'],
    ['{document} alone', 'no place for the query'],
    ['{{ query', 'cannot be read'],
  ]) {
    it(`refuses the template ${template}`, async () => {
      writeFileSync(file('bad.gguf'), tinyLlama({ rankTemplate: template }))
      const model = await loadModel(file('bad.gguf'))
      try {
        await assert.rejects(model.rank('a', ['b']), refusal('CHAT_TEMPLATE_ERROR', part))
      } finally {
        await model.dispose()
      }
    })
  }

  it('is refused by a model that is no reranker, and by a file without its classifier', async () => {
    writeFileSync(file('embeds.gguf'), tinyBert())
    const model = await loadModel(file('embeds.gguf'))
    try {
      await assert.rejects(
        model.rank('a', ['b']),
        refusal('UNSUPPORTED_OPERATION', 'Tiny BERT is no reranker', 'cls.output.weight'),
      )
    } finally {
      await model.dispose()
    }
    writeFileSync(file('headless.gguf'), tinyBert([['bert.pooling_type', 'u32', 4]]))
    await assert.rejects(loadModel(file('headless.gguf')), refusal('MODEL_INVALID', 'cls.output.weight'))
  })

  it('refuses what is no query, documents or options', async () => {
    await assert.rejects(bert.rank(1, ['a']), refusal('INVALID_ARGUMENT', 'query'))
    await assert.rejects(bert.rank('a', 'b'), refusal('INVALID_ARGUMENT', 'documents'))
    await assert.rejects(bert.rank('a', ['b', null]), refusal('INVALID_ARGUMENT', 'documents[1]'))
    await assert.rejects(bert.rank('a', ['b'], { priority: 11 }), refusal('INVALID_ARGUMENT', 'priority'))
    await assert.rejects(bert.rank('a', ['b'], { deadline: 0 }), refusal('INVALID_ARGUMENT', 'deadline'))
    await assert.rejects(bert.rank('a', ['b'], { top: 3 }), refusal('INVALID_ARGUMENT', 'top'))
  })

  it('ends at its deadline', async () => {
    const many = Array.from({ length: 500 }, () => documents[16])
    await assert.rejects(
      llama.rank('a', many, { tenant: 'a', priority: 1, deadline: 1 }),
      refusal('DEADLINE_EXCEEDED'),
    )
  })

  it('embeds beside, and generates where it is a decoder', async () => {
    const [{ embeddings }, { results }, { text }] = await Promise.all([
      llama.embed(['a', 'b']),
      llama.rank('a', documents),
      llama.generate('a', { maxTokens: 3, seed: 1 }),
    ])
    assert.equal(embeddings.length, 2)
    assert.equal(results.length, documents.length)
    assert.equal(typeof text, 'string')
    assert.equal((await bert.embed('fox')).embeddings[0].length, 32)
  })

  it('ranks from the command line', async () => {
    writeFileSync(file('a.txt'), 'the fox')
    writeFileSync(file('b.txt'), 'a dog')
    const expected = await bert.rank('fox', ['the fox', 'a dog'])
    const model = ['--model', file('bert.gguf')]
    const json = await runRealm(['rank', ...model, '--json', 'fox', file('a.txt'), file('b.txt')])
    assert.deepEqual([json.stderr, json.code], ['', 0])
    assert.deepEqual(JSON.parse(json.stdout), expected)
  })

  it('ranks lines of stdin and a list from the command line', async () => {
    const expected = await bert.rank('fox', ['the fox', 'a dog'])
    const model = ['--model', file('bert.gguf')]
    const shown = await runRealm(['rank', ...model, 'fox'], { input: 'the fox\n\na dog\n' })
    assert.deepEqual([shown.stderr, shown.code], ['', 0])
    const lines = expected.results.map(
      ({ index, score }) => `${score.toFixed(4)}  ${['the fox', 'a dog'][index]}\n`,
    )
    assert.equal(shown.stdout, lines.join(''))
    writeFileSync(file('list.json'), JSON.stringify(['the fox', 'a dog']))
    const list = await runRealm(['rank', ...model, 'fox', '--documents-file', file('list.json')])
    assert.equal(list.stdout, shown.stdout)
  })
})
