import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { resolveSource } from '../../js-bindings/lib/source/resolveSource.js'
import { FileServer } from './FileServer.js'
import { temporaryCache } from './temporaryCache.js'

describe('resolveSource', () => {
  const cache = temporaryCache()
  const content = Buffer.concat([Buffer.from('GGUF'), randomBytes(3_000_000)])
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
    assert.deepEqual(await resolveSource(path), { path, name: 'tiny' })
  })

  it('says that a path is missing, and which names there are', async () => {
    await assert.rejects(resolveSource('smollm3'), {
      code: 'FILE_NOT_FOUND',
      message: /No file at .*smollm3, and "smollm3" is no name of the catalog \(smollm2-135m-instruct,/,
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

  it('fetches hf: from Hugging Face', async () => {
    process.env.HF_ENDPOINT = server.url('')
    server.files.set('owner/repo/resolve/main/model.gguf', content)
    const { path } = await resolveSource('hf:owner/repo/model.gguf')
    assert.ok(readFileSync(path).equals(content))
  })

  it('fetches every file of a split model and opens the first', async () => {
    for (const i of [1, 2]) server.files.set(`m-0000${i}-of-00002.gguf`, Buffer.from(`GGUF${i}`))
    const { path } = await resolveSource(server.url('m-00001-of-00002.gguf'))
    assert.equal(readFileSync(path, 'utf8'), 'GGUF1')
    assert.equal(readFileSync(join(dirname(path), 'm-00002-of-00002.gguf'), 'utf8'), 'GGUF2')
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
