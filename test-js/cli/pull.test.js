import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { FileServer } from '../source/FileServer.js'
import { temporaryCache } from '../source/temporaryCache.js'
import { runRealm, startRealm } from './runRealm.js'

describe('realm pull and realm list', () => {
  const cache = temporaryCache()
  const content = Buffer.concat([Buffer.from('GGUF'), randomBytes(2_000_000)])
  /** @type {FileServer} */
  let server

  beforeEach(async () => {
    server = await new FileServer().start()
    server.files.set('owner/repo/resolve/main/model.gguf', content)
    process.env.HF_ENDPOINT = server.url('')
  })
  afterEach(() => server.stop())

  const pull = ['pull', 'hf:owner/repo/model.gguf']

  it('fetches a model, says so on stderr, and prints where it is', async () => {
    const first = await runRealm(pull)
    assert.equal(first.code, 0, first.stderr)
    assert.match(first.stderr, /^Fetching model\.gguf from 127\.0\.0\.1:\d+ \(2\.0 MB\)\n$/)
    const [, path] = /^model: (.*) \(2\.0 MB\)\n$/.exec(first.stdout) ?? []
    assert.ok(readFileSync(path).equals(content))

    const second = await runRealm([...pull, '--json'])
    assert.equal(second.stderr, '')
    assert.deepEqual(JSON.parse(second.stdout), { name: 'model', path, size: content.length })
    assert.equal(server.requests.length, 1)
  })

  it('lists the catalog, and what was fetched', async () => {
    const { path } = JSON.parse((await runRealm([...pull, '--json'])).stdout)
    const { code, stdout } = await runRealm(['list', '--json'])
    assert.equal(code, 0)
    const [first, ...others] = JSON.parse(stdout)
    assert.deepEqual(Object.keys(first), ['name', 'title', 'licence', 'size', 'path'])
    assert.equal(first.path, null)
    assert.deepEqual(others.at(-1), { name: 'hf:owner/repo/model.gguf', size: content.length, path })
    const text = (await runRealm(['list'])).stdout
    assert.match(
      text,
      /^smollm2-135m-instruct\n.*Apache-2\.0\n {2}not fetched: realm pull smollm2-135m-instruct$/m,
    )
    assert.match(text, /^hf:owner\/repo\/model\.gguf$/m)
  })

  it('tells once, in its error, why nothing could be fetched', async () => {
    const { code, stderr } = await runRealm(['pull', 'hf:owner/repo/none.gguf'])
    assert.equal(code, 1)
    assert.equal(stderr.split('HTTP 404').length, 2, stderr)
  })

  it('stops at Ctrl-C with 130, and goes on from there the next time', async () => {
    server.planStall(1_000_000)
    const { child, end } = startRealm(pull)
    const folder = () => readdirSync(cache.path, { recursive: true, encoding: 'utf8' })
    await once(child.stderr, 'data')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await end
    assert.equal(code, 130)
    assert.equal(stdout, '')
    assert.match(stderr, /^Fetching .*\n$/)
    assert.deepEqual(
      folder().filter((name) => name.endsWith('.lock')),
      [],
    )
    const again = await runRealm([...pull, '--json'])
    assert.ok(readFileSync(JSON.parse(again.stdout).path).equals(content))
  })

  it('fetches once where two processes want the same', async () => {
    const [one, other] = await Promise.all([runRealm(pull), runRealm(pull)])
    assert.equal(one.code, 0, one.stderr)
    assert.equal(one.stdout, other.stdout)
    assert.equal(server.requests.length, 1)
    const [, path] = /^model: (.*) \(/.exec(one.stdout) ?? []
    assert.deepEqual(readdirSync(dirname(path)), ['model.gguf'])
  })
})
