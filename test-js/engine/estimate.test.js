import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ggufEntries, ggufHead } from '../../js-bindings/bench/models/ggufParts.js'
import { estimateModel, loadModel } from '../../js-bindings/lib/index.js'
import { runRealm } from '../cli/runRealm.js'
import { refusal } from '../fixture/refusal.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { FileServer } from '../source/FileServer.js'
import { testModel } from '../testModel.js'

const F16 = 1
/** Bytes of the head of a llama that no machine has room for, without its 800 GB of weights. */
function hugeHead({ width = 16384, layers = 120 } = {}) {
  const matrix = (/** @type {string} */ name, /** @type {number} */ columns, /** @type {number} */ rows) => ({
    name: `${name}.weight`,
    type: F16,
    shape: [columns, rows],
    bytes: 2 * columns * rows,
  })
  const norm = (/** @type {string} */ name) => ({
    name: `${name}.weight`,
    type: 0,
    shape: [width],
    bytes: 4 * width,
  })
  const tokens = [
    '<unk>',
    '<s>',
    '</s>',
    ...Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).padStart(2, '0').toUpperCase()}>`),
  ]
  const infos = [
    matrix('token_embd', width, tokens.length),
    ...Array.from({ length: layers }, (_, layer) => [
      norm(`blk.${layer}.attn_norm`),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) =>
        matrix(`blk.${layer}.${name}`, width, width),
      ),
      norm(`blk.${layer}.ffn_norm`),
      matrix(`blk.${layer}.ffn_gate`, width, 4 * width),
      matrix(`blk.${layer}.ffn_up`, width, 4 * width),
      matrix(`blk.${layer}.ffn_down`, 4 * width, width),
    ]).flat(),
    norm('output_norm'),
  ]
  const head = ggufHead(
    ggufEntries([
      ['general.architecture', 'string', 'llama'],
      ['general.name', 'string', 'Huge'],
      ['llama.block_count', 'u32', layers],
      ['llama.context_length', 'u32', 131072],
      ['llama.embedding_length', 'u32', width],
      ['llama.feed_forward_length', 'u32', 4 * width],
      ['llama.attention.head_count', 'u32', 128],
      ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
      ['tokenizer.ggml.model', 'string', 'llama'],
      ['tokenizer.ggml.tokens', 'string[]', tokens],
      ['tokenizer.ggml.scores', 'f32[]', tokens.map(() => 0)],
      ['tokenizer.ggml.token_type', 'i32[]', tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : 6))],
    ]),
    infos,
  )
  const padded = (/** @type {number} */ bytes) => Math.ceil(bytes / 32) * 32
  return { head, size: head.length + infos.reduce((sum, { bytes }) => sum + padded(bytes), 0) }
}

describe('The engine, estimating memory', () => {
  /** @type {string} */
  let folder
  /** @type {FileServer} */
  let server
  const file = (/** @type {string} */ name) => join(folder, name)
  const { head, size } = hugeHead()

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'realm-estimate-'))
    server = await new FileServer().start()
    writeFileSync(file('tiny.gguf'), tinyLlama())
    // Sparse: its weights are a hole.
    const huge = openSync(file('huge.gguf'), 'w')
    writeFileSync(huge, head)
    ftruncateSync(huge, size)
    closeSync(huge)
  })
  after(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true })
  })

  it('tells what a model takes, by context and format', async () => {
    const { machine, contexts, fits, ...estimate } = await estimateModel(file('tiny.gguf'), { parallel: 2 })
    assert.equal(estimate.name, 'tiny')
    assert.equal(estimate.architecture, 'llama')
    assert.deepEqual(
      [estimate.trainedContext, estimate.contextLength, estimate.kvCache, estimate.parallel],
      [256, 256, 'f16', 2],
    )
    const { total, ...parts } = estimate.bytes
    assert.equal(
      Object.values(parts).reduce((sum, part) => sum + part),
      total,
    )
    // Two layers, two heads of eight values, keys and values, in pages of 64 positions.
    assert.equal(parts.cache, 2 * 256 * 2 * 2 * 8 * 2 * 2)
    assert.ok(machine.freeBytes > 0 && machine.freeBytes <= machine.limitBytes)
    assert.equal(fits, true)
    assert.equal(estimate.largestContext, 256)
    assert.ok(contexts.some(({ kvCache }) => kvCache === 'q8_0'))
    for (const { contextLength, kvCache, cacheBytes, totalBytes } of contexts) {
      const alone = await estimateModel(file('tiny.gguf'), { parallel: 2, contextLength, kvCache })
      assert.deepEqual([alone.bytes.cache, alone.bytes.total], [cacheBytes, totalBytes])
    }
  })

  it('counts a draft with its model, and refuses both where they do not fit together', async () => {
    const tiny = file('tiny.gguf')
    const alone = await estimateModel(tiny, { contextLength: 100 })
    const { bytes } = await estimateModel(tiny, { contextLength: 100, draft: tiny })
    assert.equal(alone.bytes.draft, 0)
    for (const part of /** @type {const} */ (['packedWeights', 'fileWeights', 'cache', 'work'])) {
      assert.equal(bytes[part], 2 * alone.bytes[part], part)
    }
    assert.equal(bytes.draft, bytes.total - bytes.runtime - (alone.bytes.total - alone.bytes.runtime))
    const { stdout } = await runRealm(['estimate', tiny, '--draft', tiny])
    assert.match(stdout, /^total +\S+ MB +\S+ \S+ of it for the draft$/m)
    await assert.rejects(loadModel(file('huge.gguf'), { draft: file('huge.gguf') }), refusal('OUT_OF_MEMORY'))
    await assert.rejects(
      estimateModel(tiny, { draft: '' }),
      refusal('INVALID_ARGUMENT', 'draft: received ""'),
    )
  })

  it('refuses a model that cannot fit before it reads its weights, unless it is told otherwise', async () => {
    const { fits, largestContext, bytes, machine } = await estimateModel(file('huge.gguf'))
    assert.equal(fits, false)
    assert.equal(largestContext, null)
    assert.ok(bytes.packedWeights + bytes.fileWeights > 0.99 * size)
    await assert.rejects(
      loadModel(file('huge.gguf')),
      refusal('OUT_OF_MEMORY', /needs \d+ MB more/, machine.bound, 'overcommit'),
    )
    const refused = await runRealm(['generate', '--model', file('huge.gguf'), 'a'])
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /error\[OUT_OF_MEMORY\]: .*needs \d+ MB more/)
    const model = await loadModel(file('tiny.gguf'), { overcommit: true })
    await model.dispose()
    await assert.rejects(
      loadModel(file('tiny.gguf'), { overcommit: 1 }),
      refusal('INVALID_ARGUMENT', 'overcommit'),
    )
  })

  /** Answers ranges of a file of which nobody needs more than the head. */
  function serveHuge() {
    server.answer = (request, response) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(request.headers.range)) ?? []
      const end = Math.min(Number(to) + 1, size)
      response.writeHead(206, { 'content-range': `bytes ${from}-${end - 1}/${size}` })
      response.end(Buffer.concat([head, Buffer.alloc(1 << 20)]).subarray(Number(from), end))
    }
  }

  it('receives the head alone of a file that is elsewhere', async () => {
    serveHuge()
    server.requests.length = 0
    const there = await estimateModel(server.url('models/huge.gguf'))
    assert.equal(server.requests.length, 1)
    const here = await estimateModel(file('huge.gguf'))
    assert.deepEqual(there.bytes, here.bytes)
  })

  it('leaves a server that sends no ranges once the head is there', async () => {
    let sent = 0
    server.answer = (request, response) => {
      if (request.url === '/old.gguf') {
        response.writeHead(302, { location: '/moved.gguf' }).end()
        return
      }
      response.writeHead(200, { 'content-length': size })
      response.write(head)
      const more = () => {
        sent++
        if (!response.destroyed) response.write(Buffer.alloc(1 << 18), () => setTimeout(more, 1))
      }
      more()
    }
    const there = await estimateModel(server.url('old.gguf'))
    assert.equal(there.fits, false)
    assert.ok(sent < 100, `${sent} times 256 KiB`)
  })

  it('says what a server answers, and what is no model', async () => {
    server.answer = (_, response) => response.writeHead(404).end()
    await assert.rejects(estimateModel(server.url('none.gguf')), refusal('DOWNLOAD_FAILED', '404'))
    server.answer = (_, response) => response.writeHead(200).end('<!doctype html><p>Sign in</p>')
    await assert.rejects(estimateModel(server.url('page.gguf')), refusal('GGUF_INVALID'))
    await assert.rejects(estimateModel(file('none.gguf')), refusal('FILE_NOT_FOUND'))
    await assert.rejects(estimateModel(new Uint8Array(4)), refusal('INVALID_ARGUMENT', 'source'))
    await assert.rejects(
      estimateModel(file('tiny.gguf'), { parallel: 0 }),
      refusal('INVALID_ARGUMENT', 'parallel'),
    )
    const signal = AbortSignal.abort()
    await assert.rejects(estimateModel(file('tiny.gguf'), { signal }), refusal('ABORTED'))
  })

  it('estimates at the command line', async () => {
    const { stdout, stderr, code } = await runRealm([
      'estimate',
      file('tiny.gguf'),
      '--context-length',
      '100',
    ])
    assert.deepEqual([stderr, code], ['', 0])
    assert.match(stdout, /^tiny \(llama\), trained for 256 tokens\n\nweights /)
    assert.match(stdout, /a text of 100 tokens, f16/)
    assert.match(stdout, /it fits, with any context\n\ncontext +f16 +q8_0/)
  })

  it('is near what a process takes', async function () {
    this.timeout(120_000)
    const path = testModel(this)
    const code = `
      import { readFileSync } from 'node:fs'
      import { loadModel } from 'realm-ai'
      const model = await loadModel(process.argv[1])
      await model.generate('a '.repeat(1500), { maxTokens: 8, raw: true })
      const [, most] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
      console.log(most * 1024)
      process.exit()`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code, path], {
      encoding: 'utf8',
    })
    const { bytes } = await estimateModel(path, { contextLength: 1600 })
    const share = bytes.total / Number(stdout)
    console.log(`      estimated ${bytes.total >> 20} MB, taken ${Number(stdout) >> 20} MB`)
    assert.ok(share > 0.8 && share < 1.5, `${share} ${stderr}`)
  })
})
