import assert from 'node:assert/strict'
import { AbortError } from '../js-bindings/lib/errors/AbortError.js'
import { RealmError } from '../js-bindings/lib/errors/RealmError.js'
import { ModelLoader } from '../js-bindings/lib/loadModel.js'
import { Model } from '../js-bindings/lib/Model.js'
import { FakeBridge } from './fixture/FakeBridge.js'
import { generated, loadedModel } from './fixture/loadedModel.js'
import { refusal } from './fixture/refusal.js'

const FILE = { path: '/models/tiny.gguf', name: 'tiny', defaultSystem: 'Be kind.' }
const MEGABYTE = 1024 * 1024

/** A loader on a bridge with these answers. */
function loaderOn(answers = {}, resolveSource = async () => FILE) {
  const bridge = new FakeBridge({
    load: () => loadedModel(),
    generate: () => generated('x'),
    bufferOpen: () => ({ buffer: 3 }),
    bufferWrite: () => ({}),
    bufferRelease: () => ({}),
    ...answers,
  })
  const loader = new ModelLoader({ startBridge: async () => bridge, resolveSource })
  return { bridge, load: (source, options = {}) => loader.load(source, options) }
}

describe('ModelLoader', () => {
  it('loads the file that the source stands for', async () => {
    const asked = []
    const { load, bridge } = loaderOn({}, async (source) => {
      asked.push(source)
      return FILE
    })
    const model = await load('tiny', { contextLength: 32, threads: 2 })
    assert.ok(model instanceof Model)
    assert.deepEqual(asked, ['tiny'])
    assert.deepEqual(bridge.argsOf('load'), [{ path: FILE.path, contextLength: 32, threads: 2 }])
    assert.equal(model.name, 'tiny')
    await model.generate('Hi')
    assert.match(bridge.argsOf('generate')[0].prompt.text, /Be kind\./)
  })

  it('keeps whether tokens are guessed for the texts that do not say it themselves', async () => {
    for (const [source, of] of /** @type {const} */ ([
      ['tiny', 'a file'],
      [new Uint8Array(8), 'bytes'],
    ])) {
      const { load, bridge } = loaderOn()
      const model = await load(source, { speculation: false })
      assert.equal(bridge.argsOf('load')[0].speculation, undefined, of)
      await model.generate('Hi')
      await model.generate('Hi', { speculation: true })
      const asked = bridge.argsOf('generate').map(({ options }) => options.speculation)
      assert.deepEqual(asked, [false, true], of)
    }
    const { load, bridge } = loaderOn()
    await (await load('tiny')).generate('Hi')
    assert.equal('speculation' in bridge.argsOf('generate')[0].options, false)
    await assert.rejects(load('tiny', { speculation: 1 }), refusal('INVALID_ARGUMENT', 'speculation'))
  })

  it('finds the draft as it finds the model, and has the engine load both', async () => {
    const asked = []
    const { load, bridge } = loaderOn({}, async (source) => {
      asked.push(source)
      return { path: `/models/${source}.gguf`, name: source }
    })
    const model = await load('large', { draft: 'small', threads: 2 })
    assert.equal(model.name, 'large')
    await load('large', { draft: { source: 'small', maxTokens: 4 } })
    await load('large', { draft: Buffer.from('GGUF') })
    await load(Buffer.from('GGUF'), { draft: Buffer.from('GGUF') })
    assert.deepEqual(asked, ['large', 'small', 'large', 'small', 'large'])
    assert.deepEqual(bridge.argsOf('load'), [
      { path: '/models/large.gguf', draft: { path: '/models/small.gguf' }, threads: 2 },
      { path: '/models/large.gguf', draft: { path: '/models/small.gguf', maxTokens: 4 } },
      { path: '/models/large.gguf', draft: { buffer: 3 } },
      { buffer: 3, draft: { buffer: 3 } },
    ])
  })

  it('names the broken file of a draft, and frees the copies of both', async () => {
    const error = new RealmError('GGUF_INVALID', 'draft: no GGUF.')
    const { load, bridge } = loaderOn({ load: () => Promise.reject(error) }, async (source) => ({
      path: source,
      name: source,
      isCached: true,
    }))
    await assert.rejects(load('large', { draft: 'small' }), refusal('GGUF_INVALID', '"realm rm small"'))
    await assert.rejects(load(Buffer.from('GGUF'), { draft: Buffer.from('GGUF') }), error)
    assert.equal(bridge.argsOf('bufferRelease').length, 2)
  })

  it('takes a URL object as well', async () => {
    const url = new URL('file:///models/tiny.gguf')
    const { load } = loaderOn({}, async (source) => {
      assert.equal(source, url.href)
      return FILE
    })
    await load(url)
  })

  it('copies bytes to the engine in steps of 1 MB, with the event loop free between them', async () => {
    const bytes = new Uint8Array(2.5 * MEGABYTE)
    bytes[0] = 1
    bytes[MEGABYTE] = 2
    bytes[bytes.length - 1] = 3
    let turns = 0
    const turnsAtWrite = []
    const { load, bridge } = loaderOn({
      bufferWrite: () => {
        turnsAtWrite.push(turns)
        return {}
      },
    })
    const count = () => {
      turns++
      if (turnsAtWrite.length < 3) setImmediate(count)
    }
    count()
    const progress = []
    const model = await load(bytes, { onProgress: (step) => progress.push(step) })
    assert.equal(model.name, 'Tiny')
    assert.deepEqual(bridge.argsOf('bufferOpen'), [{ size: 2.5 * MEGABYTE }])
    const writes = bridge.requests.filter(({ method }) => method === 'bufferWrite')
    assert.deepEqual(
      writes.map(({ args, view }) => [args.buffer, args.offset, view.length, view[0], view.at(-1)]),
      [
        [3, 0, MEGABYTE, 1, 0],
        [3, MEGABYTE, MEGABYTE, 2, 0],
        [3, 2 * MEGABYTE, 0.5 * MEGABYTE, 0, 3],
      ],
    )
    assert.equal(new Set(turnsAtWrite).size, 3)
    assert.deepEqual(bridge.argsOf('load'), [{ buffer: 3 }])
    assert.deepEqual(bridge.argsOf('bufferRelease'), [])
    const totalBytes = 2.5 * MEGABYTE
    assert.deepEqual(progress, [
      { phase: 'copy', bytes: MEGABYTE, totalBytes },
      { phase: 'copy', bytes: 2 * MEGABYTE, totalBytes },
      { phase: 'copy', bytes: totalBytes, totalBytes },
    ])
  })

  it('takes a Buffer, and an ArrayBuffer', async () => {
    const { load, bridge } = loaderOn()
    await load(Buffer.from('GGUF'))
    await load(new Uint8Array([71, 71, 85, 70]).buffer)
    for (const { view } of bridge.requests.filter(({ method }) => method === 'bufferWrite')) {
      assert.equal(Buffer.from(view).toString(), 'GGUF')
    }
  })

  it('releases the bytes where they cannot be loaded', async () => {
    const error = Object.assign(new Error('no GGUF'), { code: 'GGUF_INVALID' })
    const { load, bridge } = loaderOn({ load: () => Promise.reject(error) })
    await assert.rejects(load(Buffer.from('PNG')), error)
    assert.deepEqual(bridge.argsOf('bufferRelease'), [{ buffer: 3 }])
  })

  it('refuses other sources and options before anything starts', async () => {
    const { load, bridge } = loaderOn({}, () => assert.fail('nothing is resolved'))
    for (const source of [undefined, null, '', 5, {}, [1], new Float32Array(1)]) {
      await assert.rejects(load(source), refusal('INVALID_ARGUMENT', 'source: received', 'a path'))
    }
    for (const [options, ...parts] of [
      [{ contextLength: 0 }, 'contextLength: received 0'],
      [{ contextLength: 1.5 }, 'contextLength: received 1.5'],
      [{ threads: 0 }, 'threads: received 0', 'from 1 to 1024'],
      [{ threads: Number.NaN }, 'threads: received NaN'],
      [{ onProgress: true }, 'onProgress: received true'],
      [{ signal: 1 }, 'signal: received 1'],
      [{ contextlength: 5 }, 'Did you mean contextLength?'],
      [{ draft: 5 }, 'draft: received 5', 'a path'],
      [{ draft: '' }, 'draft: received ""'],
      [{ draft: {} }, 'draft.source: received undefined'],
      [{ draft: { source: 'small', maxTokens: 16 } }, 'draft.maxTokens: received 16', 'from 1 to 15'],
      [{ draft: { path: 'small' } }, 'draft: received the unknown name "path"'],
      [null, 'the options of loadModel: received null'],
    ]) {
      await assert.rejects(load('tiny', options), refusal('INVALID_ARGUMENT', ...parts))
    }
    assert.deepEqual(bridge.requests, [])
  })

  it('gives signal and onProgress to the source, and the signal to the engine', async () => {
    const { signal } = new AbortController()
    const onProgress = () => assert.fail('nothing to tell')
    let given
    const { load } = loaderOn(
      {
        load: (_, listeners) => {
          assert.equal(listeners.signal, signal)
          return loadedModel()
        },
      },
      async (_, listeners) => {
        given = listeners
        return FILE
      },
    )
    await load('tiny', { signal, onProgress })
    assert.deepEqual(given, { signal, onProgress })
  })

  it('stops where the signal is aborted: before, after the download, between bytes', async () => {
    const aborted = (error) => error instanceof AbortError && error.cause === 'left'
    const before = loaderOn({}, () => assert.fail('nothing is resolved'))
    await assert.rejects(before.load('tiny', { signal: AbortSignal.abort('left') }), aborted)
    await assert.rejects(before.load(Buffer.from('GGUF'), { signal: AbortSignal.abort('left') }), aborted)
    assert.deepEqual(before.bridge.requests, [])

    const download = new AbortController()
    const after = loaderOn({}, async () => {
      download.abort('left')
      return FILE
    })
    await assert.rejects(after.load('tiny', { signal: download.signal }), aborted)
    assert.deepEqual(after.bridge.requests, [])

    const copy = new AbortController()
    const between = loaderOn({
      bufferWrite: () => {
        copy.abort('left')
        return {}
      },
    })
    await assert.rejects(between.load(new Uint8Array(3 * MEGABYTE), { signal: copy.signal }), aborted)
    assert.equal(between.bridge.argsOf('bufferWrite').length, 1)
    assert.equal(between.bridge.argsOf('bufferRelease').length, 1)
    assert.equal(between.bridge.argsOf('load').length, 0)
  })
})
