import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { testModel } from '../testModel.js'

/** Loads the model in several ways; prints how many bytes of memory the first took, and how many all others together. */
const PROGRAM = `
  import { createRequire } from 'node:module'
  import { loadModel } from 'realm-ai'
  const { loadModel: loadRequired } = createRequire(import.meta.url)(process.env.REALM_TEST_CJS)
  const file = process.argv[1]
  const ask = async (model) => (await model.generate('What is the capital of France?', { temperature: 0, maxTokens: 8 })).text
  const before = process.memoryUsage.rss()
  const model = await loadModel(file)
  const texts = [await ask(model)]
  const first = process.memoryUsage.rss() - before
  const others = [await loadModel(file), await loadRequired(file)]
  for (const other of others) texts.push(await ask(other))
  const more = process.memoryUsage.rss() - before - first
  await model.dispose()
  for (const other of others) {
    texts.push(await ask(other))
    await other.dispose()
  }
  console.log(JSON.stringify({ first, more, texts }))`

describe('A file that is loaded several times in a process', function () {
  this.timeout(120_000)

  it('is in memory once, and each that loaded it disposes of its own', function () {
    const path = testModel(this)
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', PROGRAM, '--', path],
      {
        cwd: new URL('..', import.meta.url),
        encoding: 'utf8',
        env: {
          ...process.env,
          REALM_TEST_CJS: new URL('../../js-bindings/build/realm.cjs', import.meta.url).pathname,
          NODE_NO_WARNINGS: '1',
        },
      },
    )
    deepEqual([status, stderr], [0, ''])
    const { first, more, texts } = JSON.parse(stdout)
    equal(new Set(texts).size, 1)
    equal(texts.length, 5)
    ok(first > statSync(path).size / 2, `the first took ${first} bytes`)
    ok(more < statSync(path).size / 4, `the first took ${first} bytes, the others ${more} more`)
  })
})
