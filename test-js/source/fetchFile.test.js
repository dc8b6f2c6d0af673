import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fetchFile } from '../../js-bindings/lib/source/fetchFile.js'
import { FileServer } from './FileServer.js'
import { ggufContent } from './ggufContent.js'
import { temporaryCache } from './temporaryCache.js'

/** @param {Buffer} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

describe('fetchFile', () => {
  const cache = temporaryCache()
  const content = ggufContent(200_000)
  /** @type {FileServer} */
  let server

  beforeEach(async () => {
    server = await new FileServer().start()
    server.files.set('model.gguf', content)
  })
  afterEach(() => server.stop())

  /** @param {string[]} paths the sources' paths on the server */
  const wanted = (...paths) => ({
    path: join(cache.path, 'folder', 'model.gguf'),
    size: content.length,
    sha256: sha256(content),
    sources: paths.map((path) => ({ type: /** @type {const} */ ('url'), url: server.url(path) })),
  })

  it('brings the file, checked, and leaves nothing beside it', async () => {
    const file = wanted('model.gguf')
    /** @type {Set<string>} */
    const phases = new Set()
    await fetchFile(file, { onProgress: ({ phase }) => phases.add(phase) })
    assert.ok(readFileSync(file.path).equals(content))
    assert.deepEqual(readdirSync(dirname(file.path)), ['model.gguf'])
    assert.deepEqual([...phases], ['download', 'verify'])
  })

  it('tries the next source where one has no file, and says so', async () => {
    const file = wanted('none.gguf', 'model.gguf')
    /** @type {unknown[]} */
    const failed = []
    await fetchFile(file, { onProgress: (step) => step.phase === 'failed' && failed.push(step) })
    assert.ok(readFileSync(file.path).equals(content))
    assert.deepEqual(failed, [
      {
        phase: 'failed',
        file: 'model.gguf',
        source: server.url('none.gguf'),
        reason: 'the server answers HTTP 404 Not Found',
      },
    ])
  })

  it('refuses a file of another sum, and names both sums', async () => {
    const other = ggufContent(200_000)
    server.files.set('other.gguf', other)
    const file = wanted('other.gguf')
    await assert.rejects(fetchFile(file), ({ code, message }) => {
      assert.equal(code, 'CHECKSUM_MISMATCH')
      assert.ok(message.includes(sha256(content)) && message.includes(sha256(other)), message)
      return true
    })
    assert.deepEqual(readdirSync(dirname(file.path)), [])
  })

  it('tries the next source after one with wrong bytes', async () => {
    server.files.set('other.gguf', ggufContent(200_000))
    const file = wanted('other.gguf', 'model.gguf')
    await fetchFile(file)
    assert.ok(readFileSync(file.path).equals(content))
  })

  it('refuses what is no GGUF file', async () => {
    server.files.set('page.html', Buffer.from('<!doctype html>'))
    const { path, sources } = wanted('page.html')
    await assert.rejects(fetchFile({ path, sources }), {
      code: 'DOWNLOAD_FAILED',
      message: /no GGUF file: 15 bytes that start with "<!do"/,
    })
    assert.equal(existsSync(path), false)
  })

  it('lists what was tried, why it failed and what to do', async () => {
    const file = wanted('none.gguf', 'neither.gguf')
    await assert.rejects(fetchFile(file), ({ code, message }) => {
      assert.equal(code, 'DOWNLOAD_FAILED')
      for (const part of [
        `1. ${server.url('none.gguf')}: the server answers HTTP 404`,
        `2. ${server.url('neither.gguf')}: the server answers HTTP 404`,
        `put the file at ${file.path}`,
      ]) {
        assert.ok(message.includes(part), message)
      }
      return true
    })
  })

  it('ends with AbortError, not with the next source, when it is aborted', async () => {
    server.planStall(100_000)
    const controller = new AbortController()
    const file = wanted('model.gguf', 'model.gguf')
    const fetching = fetchFile(file, {
      signal: controller.signal,
      onProgress: (step) => step.phase === 'download' && step.bytes > 0 && controller.abort('enough'),
    })
    await assert.rejects(fetching, { name: 'AbortError', code: 'ABORTED', cause: 'enough' })
    assert.equal(server.requests.length, 1)
    assert.deepEqual(readdirSync(dirname(file.path)), ['model.gguf.part', 'model.gguf.part.json'])
    await fetchFile(file)
    assert.match(String(server.requests[1].headers.range), /^bytes=/)
    assert.ok(readFileSync(file.path).equals(content))
  })

  it('downloads once where two want the same file', async () => {
    const file = wanted('model.gguf')
    await Promise.all([fetchFile(file), fetchFile(file)])
    assert.equal(server.requests.length, 1)
  })

  it('says so where the cache cannot be written', async () => {
    const file = wanted('model.gguf')
    writeFileSync(dirname(file.path), 'a file where the folder should be')
    await assert.rejects(fetchFile(file), {
      code: 'IO_ERROR',
      message: /could not be stored.*XDG_CACHE_HOME/s,
    })
    assert.equal(server.requests.length, 0)
  })
})
