import { deepEqual, rejects, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { Bridge } from '../../js-bindings/lib/bridge/Bridge.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** Asks too much of an engine in many ways, and then what it can do. */
const ASK = `
  import { loadModel } from 'realm-ai'
  const model = await loadModel(process.argv[1])
  const long = 'a'.repeat(20_000_000)
  const codes = []
  for (const ask of [
    () => model.generate(long, { raw: true }),
    () => model.tokenize(long),
    () => model.generate('Hi', { raw: true, maxTokens: 1, logitBias: { 0: -Infinity, 1: -Infinity, 2: -Infinity } }),
  ]) {
    try {
      codes.push((await ask()).tokens.length)
    } catch (error) {
      codes.push(error.code ?? error.message)
    }
  }
  console.log(JSON.stringify(codes))`

describe('A text that the heap has no room for', () => {
  const file = withTinyModel()

  it('is an error with a code, and the engine goes on', () => {
    const args = ['--input-type=module', '--eval', ASK, file.path]
    const env = { ...process.env, REALM_JAVA_OPTIONS: '-Xmx32m' }
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    deepEqual([status, stderr], [0, ''])
    deepEqual(JSON.parse(stdout), ['OUT_OF_MEMORY', 'OUT_OF_MEMORY', 1])
  })
})

describe('A text whose JSON would exceed the longest string', () => {
  it('is refused before it is handed over', async () => {
    const bridge = new Bridge(/** @type {any} */ ({}))
    // As JSON.stringify fails for half a gigabyte.
    const args = {
      toJSON() {
        throw new RangeError('Invalid string length')
      },
    }
    const refused = { code: 'INVALID_ARGUMENT', message: /too long.*Give it in parts/ }
    throws(() => bridge.call('tokenize', args), refused)
    await rejects(bridge.open('generate', args), refused)
  })
})
