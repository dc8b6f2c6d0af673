import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadModel } from 'realm-ai'
import { passagesOf } from '../../examples/rag/passagesOf.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { testModel } from '../testModel.js'

/** @param {string[]} args */
async function run(program, ...args) {
  const path = fileURLToPath(new URL(`../../examples/rag/${program}`, import.meta.url))
  return promisify(execFile)(process.execPath, [path, ...args], { timeout: 100_000, killSignal: 'SIGKILL' })
}

describe('The example rag', function () {
  this.timeout(120_000)
  const model = withTinyModel({ metadata: [['llama.context_length', 'u32', 4096]] })
  /** @type {Record<'folder' | 'database' | 'embedder' | 'reranker', string>} */
  let paths

  before(() => {
    const [folder, database, embedder, reranker] = ['notes', 'rag.db', 'embedder.gguf', 'reranker.gguf'].map(
      (name) => join(model.folder, name),
    )
    paths = { folder, database, embedder, reranker }
    writeFileSync(embedder, tinyBert())
    writeFileSync(reranker, tinyBert([], { ranks: true }))
    mkdirSync(join(folder, 'more'), { recursive: true })
    write('dog.md', '# dog\n\ndog\n')
    write('fox.md', '# fox\n\nfox\n')
    write('more/owls.md', '# owl\n\nowl\n\n# cat\n\ncat\n')
  })

  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFileSync(join(paths.folder, name), text)
  const index = (embedder = paths.embedder) =>
    run('index.js', paths.folder, '--database', paths.database, '--embedder', embedder)
  const ask = (/** @type {string} */ question, /** @type {string[]} */ ...args) =>
    run('ask.js', question, '--database', paths.database, '--model', model.path, ...args)
  /** @returns {string[]} what an answer names as its sources */
  const sources = (/** @type {{ stdout: string }} */ { stdout }) =>
    [...stdout.matchAll(/^\[\d\] (\S+:\d+)/gm)].map(([, source]) => source)

  it('asks for an index where there is none', async () => {
    await assert.rejects(ask('cat'), /rag\.db is not there: index\.js makes it/)
    assert.equal(existsSync(paths.database), false)
  })

  it('finds the passages that mean what is asked', async () => {
    assert.equal((await index()).stdout, '3 files: 3 read, 0 gone; 4 passages\n')
    // What is asked is what the passage says, with its heading: nothing is nearer.
    const found = sources(await ask('cat\ncat'))
    assert.equal(found.length, 3)
    assert.equal(found[0], 'more/owls.md:7')
  })

  it('has a reranker sort what the vectors find', async () => {
    const passages = {
      'dog.md:3': 'dog',
      'fox.md:3': 'fox',
      'more/owls.md:3': 'owl',
      'more/owls.md:7': 'cat',
    }
    const ranks = await loadModel(paths.reranker)
    try {
      const documents = Object.values(passages).map((word) => `${word}\n${word}`)
      const { results } = await ranks.rank('cat\ncat', documents)
      const best = results.slice(0, 3).map(({ index }) => Object.keys(passages)[index])
      assert.notEqual(best[0], 'more/owls.md:7', 'the vectors say the same: the test shows nothing')
      assert.deepEqual(sources(await ask('cat\ncat', '--reranker', paths.reranker)), best)
    } finally {
      await ranks.dispose()
    }
  })

  it('reads what has changed alone, and forgets what is gone', async () => {
    write('fox.md', '# fox\n\nvixen\n')
    rmSync(join(paths.folder, 'dog.md'))
    assert.equal((await index()).stdout, '2 files: 1 read, 1 gone; 3 passages\n')
    assert.equal(sources(await ask('fox\nvixen'))[0], 'fox.md:3')
  })

  it('refuses vectors of another model', () =>
    assert.rejects(index(paths.reranker), /has vectors of .*embedder\.gguf, not of /))

  it('cuts Markdown by its sections, with the lines where they begin', () => {
    const long = 'word '.repeat(180).trim()
    const markdown = [
      '# Shop\n\nOf all.\n\n## Orders\n\n```sh\n# no heading\n```\n\n- one\n- two\n',
      `### Refunds\n\n${long}\n\n${long}\n\n## Account\n\nA password.\n`,
    ].join('\n')
    assert.deepEqual(passagesOf(markdown), [
      { line: 3, heading: 'Shop', text: 'Of all.' },
      { line: 7, heading: 'Shop › Orders', text: '```sh\n# no heading\n```\n\n- one\n- two' },
      { line: 16, heading: 'Shop › Orders › Refunds', text: long },
      { line: 18, heading: 'Shop › Orders › Refunds', text: long },
      { line: 22, heading: 'Shop › Account', text: 'A password.' },
    ])
  })

  it('answers with what real models find and read', async function () {
    const source = testModel(this)
    const vectors = process.env.REALM_TEST_EMBEDDER
    if (vectors === undefined) {
      this.test.title += ' (no embedder: npm test makes it, or set REALM_TEST_EMBEDDER to its file)'
      assert.notEqual(process.env.CI, 'true')
      this.skip()
    }
    const folder = join(model.folder, 'shop')
    const database = join(model.folder, 'shop.db')
    mkdirSync(folder)
    const texts = {
      'orders.md': '# Orders\n\nRefunds are paid within 14 days to the card that was charged.\n',
      'account.md': '# Account\n\nTo change your password, open the settings and choose Security.\n',
    }
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
    await run('index.js', folder, '--database', database, '--embedder', vectors)
    const answer = await run(
      'ask.js',
      'How long does a refund take?',
      '--database',
      database,
      '--model',
      source,
    )
    assert.match(answer.stdout, /14 days/)
    assert.equal(sources(answer)[0], 'orders.md:3')
  })
})
