import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startBridge } from '../../js-bindings/lib/bridge/startBridge.js'
import {
  AbortError,
  getModelInfo,
  getTensor,
  hostImports,
  openSession,
  removeModel,
  storeModel,
} from '../../js-bindings/lib/index.js'
import { conformanceCases, conformanceFloats, conformancePath } from '../fixture/conformance.js'
import { ggufBytes } from '../fixture/ggufBytes.js'
import { refusal } from '../fixture/refusal.js'

const TYPES = conformancePath('models/types.gguf')
const TINY = conformancePath('models/tiny.gguf')

const bits = (floats) => Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength)

async function figures() {
  return (await startBridge()).call('hostFigures', {})
}

describe('Stored models', () => {
  /** @type {any} */
  let held
  beforeEach(async () => {
    held = await figures()
  })
  afterEach(async () => {
    const { models, copiedBytes } = await figures()
    assert.deepEqual([models, copiedBytes], [held.models, held.copiedBytes], 'a test left models')
  })

  it('have an id of their content, or the wanted one, from a path, a URL or bytes', async () => {
    const bytes = readFileSync(TINY)
    const digest = BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`)
    const derived = Number(digest % (2n ** 31n - 1n)) + 1
    const sources = [
      TINY,
      relative(process.cwd(), TINY),
      pathToFileURL(TINY),
      bytes,
      Uint8Array.from(bytes).buffer,
    ]
    for (const source of sources) {
      assert.equal(await storeModel(source), derived)
      assert.equal(await storeModel(source, 77), 77)
      assert.equal((await figures()).models, held.models + 1)
    }
    for (const _ of sources) {
      await removeModel(derived)
      await removeModel(77)
    }
    await assert.rejects(removeModel(derived), refusal('MODEL_NOT_FOUND'))
    await assert.rejects(getModelInfo(77), refusal('MODEL_NOT_FOUND'))
  })

  it('may be of any architecture, without a tokenizer', async () => {
    const bytes = ggufBytes({
      metadata: [['general.architecture', 'string', 'none-such']],
      tensors: [{ name: 'a', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    })
    const id = await storeModel(bytes)
    assert.deepEqual(await getModelInfo(id), {
      tensorCount: 1,
      totalSize: 24,
      metadata: { 'general.architecture': 'none-such' },
    })
    assert.deepEqual([...(await getTensor(id, 'a'))], [1, 2, 3, 4, 5, 6])
    await assert.rejects(openSession(id, 1), refusal('UNSUPPORTED_ARCHITECTURE'))
    await removeModel(id)
  })

  it('tell how much they hold', async () => {
    const id = await storeModel(TINY)
    const { tensorCount, totalSize, metadata } = await getModelInfo(id)
    const info = conformanceCases('models').flatMap(({ steps }) => steps ?? [])
    const call = info.find((step) => step.call === 'realm_get_model_info' && step.writes?.length === 2)
    assert.deepEqual([[tensorCount], [String(totalSize)]], [call.writes[0].u32, call.writes[1].u64])
    assert.equal(metadata['general.architecture'], 'llama')
    assert.equal(metadata['tokenizer.ggml.tokens'], undefined)
    await removeModel(id)
  })

  const golden = conformanceCases('tensors').filter(({ name }) => name.startsWith('a whole tensor of '))
  for (const { name, steps } of golden) {
    it(`are read: ${name}`, async () => {
      const [{ write }, { writes }] = steps
      const id = await storeModel(TYPES)
      const values = await getTensor(id, write[0].utf8)
      assert.deepEqual(bits(values), bits(conformanceFloats(writes[0].file, writes[0].from)))
      await removeModel(id)
    })
  }
  it('are read in every type', () => assert.equal(golden.length, 17))

  it('give tensors that the caller may change and keep', async () => {
    // Above 4 MiB a tensor of the cache is mapped, below it is copied.
    const values = Float32Array.from({ length: (1 << 20) + 7 }, (_, i) => i)
    const bytes = ggufBytes({ metadata: [], tensors: [{ name: 'a', shape: [values.length], values }] })
    const id = await storeModel(bytes)
    const first = await getTensor(id, 'a')
    first.fill(-1)
    const second = await getTensor(id, 'a')
    assert.deepEqual(bits(second), bits(values))
    const { cacheHits } = await figures()
    assert.equal(cacheHits, held.cacheHits + 1)
    await removeModel(id)
    assert.equal(second.at(-1), (1 << 20) + 6)
    assert.ok(first.every((value) => value === -1))
  })

  it('stay with a guest that was granted them, after they were removed', async () => {
    const id = await storeModel(TINY, 5)
    const memory = new WebAssembly.Memory({ initial: 1 })
    const imports = hostImports(memory, { models: [id] })
    assert.deepEqual(imports.models, [5])
    await removeModel(id)
    await assert.rejects(getModelInfo(id), refusal('MODEL_NOT_FOUND'))
    assert.equal(imports.env.realm_get_model_info(5, 0, 8), 0)
    imports.close()
  })

  it('are not stored over others, nor where anything is wrong with them', async () => {
    await storeModel(TINY, 5)
    await assert.rejects(storeModel(TYPES, 5), refusal('MODEL_ID_CONFLICT'))
    await assert.rejects(storeModel(readFileSync(TYPES), 5), refusal('MODEL_ID_CONFLICT'))
    await removeModel(5)
    await assert.rejects(storeModel('/none/such.gguf'), refusal('FILE_NOT_FOUND', '/none/such.gguf'))
    await assert.rejects(storeModel(readFileSync(TINY).subarray(0, 1000)), refusal('GGUF_TRUNCATED'))
    await assert.rejects(storeModel(new Uint8Array(0)), refusal('GGUF_INVALID', 'no bytes'))
    await assert.rejects(storeModel(Buffer.from('GIF89a, not a model')), refusal('GGUF_INVALID'))
  })

  it('are not stored for a signal that is aborted', async () => {
    const signal = AbortSignal.abort('no')
    for (const source of [TINY, readFileSync(TINY)]) {
      await assert.rejects(storeModel(source, 0, { signal }), AbortError)
      const later = new AbortController()
      const storing = storeModel(source, 0, { signal: later.signal })
      await Promise.resolve()
      await Promise.resolve()
      later.abort('enough')
      await storing.then(removeModel, (error) => assert.ok(error instanceof AbortError))
    }
  })

  it('are named by checked arguments', async () => {
    const attempts = [
      [() => storeModel(), /^source: received undefined, expected the path or file: URL of a GGUF file/],
      [() => storeModel(''), /^source: received ""/],
      [() => storeModel(new URL('https://example.com/a.gguf')), /^source: received an? URL/],
      [() => storeModel(TINY, -1), /^id: received -1, expected an integer from 0 to 2147483647/],
      [() => storeModel(TINY, 2 ** 31), /^id: received 2147483648/],
      [() => storeModel(TINY, 0, { signal: 1 }), /^signal: received 1, expected an AbortSignal/],
      [() => storeModel(TINY, 0, { abort: 1 }), /unknown name "abort"/],
      [
        () => getTensor(0, 'a'),
        /^id: received 0, expected an integer from 1 .*storeModel\(\) gives such ids/,
      ],
      [() => getTensor(1), /^name: received undefined, expected a string/],
      [() => getTensor(1, '\ud800'), /^name: .*well-formed/],
      [() => getModelInfo('1'), /^id: received "1"/],
      [() => removeModel(1.5), /^id: received 1\.5/],
    ]
    for (const [attempt, message] of attempts) {
      await assert.rejects(attempt, refusal('INVALID_ARGUMENT', message))
    }
    await assert.rejects(getTensor(123, 'a'), refusal('MODEL_NOT_FOUND'))
    const id = await storeModel(TINY)
    await assert.rejects(getTensor(id, 'none'), refusal('TENSOR_NOT_FOUND', /'none'/))
    await removeModel(id)
  })
})
