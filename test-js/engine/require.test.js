import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import * as esm from 'realm-ai'
import { buildCommonJs } from '../../js-bindings/scripts/buildCommonJs.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

const require = createRequire(import.meta.url)

describe('require("realm-ai")', () => {
  const file = withTinyModel()

  it('gives what import gives, with the same classes', () => {
    const realm = require('realm-ai')
    assert.deepEqual(Object.keys(realm).sort(), Object.keys(esm).sort())
    for (const [name, value] of Object.entries(esm)) assert.equal(realm[name], value, name)
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
      // Node 22.12 says once that its require() of ES modules is new.
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    assert.equal(stderr, '')
    assert.equal(status, 0)
    assert.match(stdout, /^\.+$/)
  })
})

describe('The CommonJS build, in a realm of its own as in jest', () => {
  const file = withTinyModel()
  /** What the program sees: globals of another realm, and no way to import. */
  let context
  let realm

  before(async () => {
    await buildCommonJs({ log: () => undefined })
    const path = fileURLToPath(new URL('../../js-bindings/build/realm.cjs', import.meta.url))
    // What belongs to the host in jest, too; all else is the realm's own.
    const shared = [
      'Buffer',
      'process',
      'URL',
      'AbortController',
      'AbortSignal',
      'TextEncoder',
      'TextDecoder',
    ]
    const timers = ['setTimeout', 'clearTimeout']
    context = vm.createContext(
      Object.fromEntries([...shared, ...timers].map((name) => [name, globalThis[name]])),
    )
    const wrapper = vm.runInContext(
      `(function (module, exports, require, __dirname, __filename) {${readFileSync(path, 'utf8')}\n})`,
      context,
      { filename: path },
    )
    const module = { exports: {} }
    wrapper(module, module.exports, createRequire(path), dirname(path), path)
    realm = module.exports
  })

  it('has all that the ES module has', () => {
    assert.deepEqual(Object.keys(realm).sort(), Object.keys(esm).sort())
  })

  it('loads, generates and disposes, with errors that its own classes know', async () => {
    const model = await realm.loadModel(file.path, { threads: 1 })
    assert.ok(model instanceof realm.Model)
    const stream = model.stream('Hi', { maxTokens: 5, temperature: 0 })
    let text = ''
    for await (const piece of stream) text += piece
    assert.equal((await stream.result).text, text)
    await assert.rejects(model.generate('Hi', { topK: -1 }), (error) => error instanceof realm.RealmError)
    await assert.rejects(
      model.generate('Hi', { signal: AbortSignal.abort() }),
      (error) => error instanceof realm.AbortError,
    )
    await model.dispose()
  })

  it('and the ES module take bytes, ids and biases that either realm has made', async () => {
    context.bytes = readFileSync(file.path)
    const foreign = {
      bytes: vm.runInContext('new Uint8Array(bytes)', context),
      buffer: vm.runInContext('new Uint8Array(bytes).buffer', context),
      ids: vm.runInContext('new Int32Array([3, 4])', context),
      map: vm.runInContext('new Map([[3, 1]])', context),
    }
    assert.ok(!(foreign.bytes instanceof Uint8Array) && !(foreign.buffer instanceof ArrayBuffer))
    const own = { bytes: new Uint8Array(context.bytes), buffer: new Uint8Array(context.bytes).buffer }
    for (const { loadModel, storeModel, removeModel, embedTokens, computeLogits } of [esm, realm]) {
      for (const bytes of [foreign.bytes, foreign.buffer, own.bytes, own.buffer, context.bytes]) {
        const model = await loadModel(bytes, { threads: 1 })
        const prompts = [foreign.ids, vm.runInContext('["a"].concat([])[0]', context)]
        for (const prompt of prompts) {
          await model.generate(prompt, { maxTokens: 1, logitBias: foreign.map })
        }
        assert.equal(typeof model.detokenize(foreign.ids), 'string')
        await model.dispose()
        const id = await storeModel(bytes)
        const hidden = await embedTokens(id, foreign.ids)
        context.hidden = hidden
        await computeLogits(id, vm.runInContext('new Float32Array(hidden)', context))
        await removeModel(id)
      }
    }
  })

  it('takes URLs and guests of another realm', async () => {
    const url = vm.runInContext(
      `({ href: ${JSON.stringify(`file://${file.path}`)}, protocol: 'file:' })`,
      context,
    )
    const model = await esm.loadModel(url, { threads: 1 })
    const memory = vm.runInContext('({ buffer: new ArrayBuffer(65536) })', context)
    const imports = esm.hostImports(memory, { models: [model] })
    assert.ok(imports.env.realm_get_model_info(imports.models[0], 0, 8) >= 0)
    imports.close()
    await model.dispose()
  })
})
