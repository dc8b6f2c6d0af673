import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import * as esm from 'realm-ai'
import { withTinyModel } from '../fixture/withTinyModel.js'

const require = createRequire(import.meta.url)

describe('require("realm-ai")', () => {
  const file = withTinyModel()

  it('gives what import gives', () => {
    assert.deepEqual(Object.keys(require('realm-ai')).sort(), Object.keys(esm).sort())
  })

  it('loads models whose class and errors its own names know', async () => {
    const { loadModel, Model, RealmError, AbortError } = require('realm-ai')
    const model = await loadModel(file.path)
    assert.ok(model instanceof Model)
    assert.ok(!({} instanceof Model))
    await assert.rejects(model.generate('Hi', { topK: -1 }), (error) => {
      assert.ok(error instanceof RealmError)
      assert.ok(!(error instanceof AbortError))
      return true
    })
    await assert.rejects(model.generate('Hi', { signal: AbortSignal.abort() }), (error) => {
      assert.ok(error instanceof RealmError && error instanceof AbortError)
      return true
    })
    await model.dispose()
    assert.throws(() => new Model(), { name: 'TypeError', message: /loadModel\(\)/ })
  })

  it('knows errors and models of the ES module', async () => {
    const { Model, RealmError } = require('realm-ai')
    const model = await esm.loadModel(file.path)
    assert.ok(model instanceof Model)
    await model.dispose()
    await assert.rejects(esm.loadModel(''), (error) => error instanceof RealmError)
  })

  it('runs a CommonJS program to its end', () => {
    const program = `
      const { loadModel } = require('realm-ai')
      async function main() {
        const model = await loadModel(process.argv[1], { threads: 1 })
        for await (const piece of model.stream('Hi', { maxTokens: 3, temperature: 0 })) process.stdout.write('.')
        await model.dispose()
      }
      main()`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program, file.path], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
    })
    assert.equal(stderr, '')
    assert.equal(status, 0)
    assert.match(stdout, /^\.+$/)
  })
})
