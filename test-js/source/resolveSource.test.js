import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { resolveSource } from '../../js-bindings/lib/source/resolveSource.js'
import { FileServer } from './FileServer.js'
import { ggufContent } from './ggufContent.js'
import { temporaryCache } from './temporaryCache.js'

describe('resolveSource', () => {
  const cache = temporaryCache()
  const content = ggufContent(3_000_000)
  /** @type {FileServer} */
  let server

  beforeEach(async () => {
    server = await new FileServer().start()
    server.files.set('a/model.gguf', content)
  })
  afterEach(() => server.stop())

  it('gives a file on disk its absolute path', async () => {
    const path = join(cache.path, 'tiny.gguf')
    writeFileSync(path, content)
    assert.deepEqual(await resolveSource(path), { path, files: [path], name: 'tiny', isCached: false })
  })

  it('says that a path is missing, and which names there are', async () => {
    await assert.rejects(resolveSource('no-such-model'), {
      code: 'FILE_NOT_FOUND',
      message:
        /No file at .*no-such-model, and "no-such-model" is no name of the catalog, which "realm list" shows/,
    })
  })

  it('fetches an address once, and finds it in the cache from then on', async () => {
    const first = await resolveSource(server.url('a/model.gguf'))
    const second = await resolveSource(new URL(server.url('a/model.gguf')), {
      onProgress: () => assert.fail('nothing is to be fetched'),
    })
    assert.deepEqual(first, second)
    assert.equal(first.name, 'model')
    assert.ok(first.path.startsWith(cache.path))
    assert.ok(readFileSync(first.path).equals(content))
    assert.equal(server.requests.length, 1)
  })

  it('fetches every file of a split model and opens the first', async () => {
    const parts = [1, 2].map(() => ggufContent(1000))
    for (const i of [1, 2]) server.files.set(`m-0000${i}-of-00002.gguf`, parts[i - 1])
    /** @type {Set<string>} */
    const steps = new Set()
    const { path, files, name } = await resolveSource(server.url('m-00001-of-00002.gguf'), {
      onProgress: ({ file, part, parts }) => steps.add(`${file} ${part}/${parts}`),
    })
    assert.equal(name, 'm')
    assert.equal(path, files[0])
    for (const i of [0, 1]) assert.ok(readFileSync(files[i]).equals(parts[i]))
    assert.deepEqual([...steps], ['m-00001-of-00002.gguf 1/2', 'm-00002-of-00002.gguf 2/2'])
  })

  it('refuses a model that would not run by its head, and asks for no more of it', async () => {
    const long = ggufContent(20_000_000, { architecture: 'mamba', vocabulary: 5_000 })
    server.files.set('mamba.gguf', long)
    /** @type {number[]} */
    const bytes = []
    await assert.rejects(
      resolveSource(server.url('mamba.gguf'), {
        onProgress: (step) => step.phase === 'download' && bytes.push(step.bytes),
      }),
      {
        code: 'UNSUPPORTED_ARCHITECTURE',
        message: /^mamba is of the architecture "mamba".*expected .*\bllama\b/,
      },
    )
    assert.equal(server.requests.length, 1)
    assert.ok(Math.max(...bytes) < 2_000_000, `${Math.max(...bytes)} bytes of ${long.length} came`)
    assert.deepEqual(
      readdirSync(cache.path, { recursive: true }).filter((name) => /gguf/.test(name)),
      [],
    )
  })

  it('refuses a type of tensors that the engine does not read, by its name', async () => {
    server.files.set('one-bit.gguf', ggufContent(4_000, { type: 41 }))
    await assert.rejects(resolveSource(server.url('one-bit.gguf')), {
      code: 'UNSUPPORTED_TYPE',
      message: /^one-bit has tensors of the type Q1_0, such as "output\.weight"; expected F32, F16/,
    })
  })

  it('fetches what would not run where it is not to run', async () => {
    server.files.set('mamba.gguf', ggufContent(1_000, { architecture: 'mamba' }))
    const { path } = await resolveSource(server.url('mamba.gguf'), { toRun: false })
    assert.ok(readFileSync(path).equals(server.files.get('mamba.gguf')))
  })

  it('refuses a file that was cut off at its source, though it came whole', async () => {
    server.files.set('cut.gguf', ggufContent(100_000).subarray(0, 90_000))
    await assert.rejects(resolveSource(server.url('cut.gguf')), {
      code: 'DOWNLOAD_FAILED',
      message:
        /broken GGUF file: the tensor "output\.weight" ends at byte \d+, and the file after 90000 bytes/,
    })
    server.files.set('cut.gguf', content)
    const { path } = await resolveSource(server.url('cut.gguf'))
    assert.ok(readFileSync(path).equals(content))
  })

  it('does nothing for an aborted signal', async () => {
    const signal = AbortSignal.abort('too late')
    await assert.rejects(resolveSource(server.url('a/model.gguf'), { signal }), {
      name: 'AbortError',
      cause: 'too late',
    })
    assert.equal(server.requests.length, 0)
  })

  it('lets two processes that want the same file download it once', async () => {
    const module = new URL('../../js-bindings/lib/source/resolveSource.js', import.meta.url)
    const program = `
      import { resolveSource } from ${JSON.stringify(module.href)}
      console.log((await resolveSource(process.argv[1])).path)`
    const run = async () => {
      const args = ['--input-type=module', '--eval', program, server.url('a/model.gguf')]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
      assert.equal(status, 0)
      return output.trim()
    }
    const [one, other] = await Promise.all([run(), run()])
    assert.equal(one, other)
    assert.ok(readFileSync(one).equals(content))
    assert.equal(server.requests.length, 1)
    assert.deepEqual(readdirSync(dirname(one)), ['model.gguf'])
  })
})
