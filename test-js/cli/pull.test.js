import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ggufContent } from '../source/ggufContent.js'
import { HubServer } from '../source/HubServer.js'
import { temporaryCache } from '../source/temporaryCache.js'
import { runRealm, startRealm } from './runRealm.js'

describe('realm pull, realm list and realm rm', () => {
  const cache = temporaryCache()
  const content = ggufContent(2_000_000)
  const name = 'hf:owner/repo/model-Q4_K_M.gguf'
  const pull = ['pull', 'hf:owner/repo']
  /** @type {HubServer} */
  let hub

  beforeEach(async () => {
    hub = await new HubServer().start()
    hub.add('owner/repo', { 'model-Q4_K_M.gguf': content })
    process.env.HF_ENDPOINT = hub.endpoint
  })
  afterEach(() => hub.stop())

  const inCache = () => readdirSync(cache.path, { recursive: true, encoding: 'utf8' })

  it('fetches a model, says so on stderr, and prints where it is', async () => {
    const first = await runRealm(pull)
    assert.equal(first.code, 0, first.stderr)
    assert.match(
      first.stderr,
      /^Fetching model-Q4_K_M\.gguf from 127\.0\.0\.1:\d+ \(2\.0 MB\)\nChecking model-Q4_K_M\.gguf \(2\.0 MB\)\n$/,
    )
    const [, path] = /^model-Q4_K_M: (.*) \(2\.0 MB\)\n$/.exec(first.stdout) ?? []
    assert.ok(readFileSync(path).equals(content))

    const requests = hub.requests.length
    const second = await runRealm([...pull, '--json'])
    assert.equal(second.stderr, '')
    assert.deepEqual(JSON.parse(second.stdout), {
      name: 'model-Q4_K_M',
      path,
      files: [path],
      size: content.length,
    })
    assert.equal(hub.requests.length, requests)
  })

  it('says which file of a split model is fetched, and how many there are', async () => {
    hub.add('owner/big', {
      'b-00001-of-00002.gguf': ggufContent(1_000_000),
      'b-00002-of-00002.gguf': ggufContent(1_000_000),
    })
    const { stdout, stderr } = await runRealm(['pull', 'hf:owner/big'])
    assert.match(stderr, /^Fetching b-00001-of-00002\.gguf \(1 of 2\) from .* \(1\.0 MB\)$/m)
    assert.match(stderr, /^Fetching b-00002-of-00002\.gguf \(2 of 2\) from .* \(1\.0 MB\)$/m)
    assert.match(stdout, /^b: .*b-00001-of-00002\.gguf \(2\.0 MB, 2 files\)\n$/)
    const others = JSON.parse((await runRealm(['list', '--json'])).stdout)
    assert.equal(others.at(-1).name, 'hf:owner/big/b-00001-of-00002.gguf')
    assert.ok(others.at(-1).size > 2_000_000)
    assert.equal((await runRealm(['rm', 'hf:owner/big'])).code, 0)
    assert.equal(existsSync(join(cache.path, 'realm', 'models', 'hf')), false)
  })

  it('lists what is in the cache and what the catalog has to fetch', async () => {
    const { path } = JSON.parse((await runRealm([...pull, '--json'])).stdout)
    const { code, stdout } = await runRealm(['list', '--json'])
    assert.equal(code, 0)
    const models = JSON.parse(stdout)
    for (const model of models) {
      assert.deepEqual(Object.keys(model), ['name', 'title', 'licence', 'from', 'size', 'path'])
    }
    assert.equal(models[0].path, null)
    assert.deepEqual(models.at(-1), {
      name,
      title: null,
      licence: null,
      from: null,
      size: content.length,
      path,
    })
    const text = (await runRealm(['list'])).stdout
    assert.match(
      text,
      /^In the cache:\n {2}hf:owner\/repo\/model-Q4_K_M\.gguf {2}2\.0 MB\n\nTo fetch, with "realm pull NAME":\n/,
    )
    assert.match(text, /^ {2}smollm2-135m-instruct +SmolLM2 135M Instruct, Q4_1 +98\.4 MB {2}Apache-2\.0$/m)
  })

  it('removes a model by each of its names, and its empty folders', async () => {
    for (const source of [name, 'hf:owner/repo', 'hf:owner/repo:Q4_K_M']) {
      const { path } = JSON.parse((await runRealm(['pull', source, '--json'])).stdout)
      const { code, stdout, stderr } = await runRealm(['rm', source === name ? path : source])
      assert.equal(code, 0, stderr)
      assert.match(stdout, /^Removed .* \(2\.0 MB\)\n$/)
      assert.deepEqual(readdirSync(join(cache.path, 'realm', 'models')), [])
    }
    await runRealm(pull)
    const { stdout } = await runRealm(['rm', name, '--json'])
    assert.deepEqual(JSON.parse(stdout), [{ name, freed: content.length }])
  })

  it('removes what a broken-off download left', async () => {
    hub.storage.planStall(1_000_000)
    const { child, end } = startRealm(pull)
    await once(child.stderr, 'data')
    child.kill('SIGINT')
    await end
    assert.ok(inCache().some((file) => file.endsWith('.part')))
    assert.equal((await runRealm(['rm', 'hf:owner/repo'])).code, 0)
    assert.deepEqual(
      inCache().filter((file) => /gguf|part/.test(file)),
      [],
    )
  })

  it('tells what the cache takes of the disk, and removes what was broken off', async () => {
    const nothing = await runRealm(['list', '--sizes'])
    assert.equal(nothing.stdout, '0 B in all\n')
    assert.equal(
      (await runRealm(['rm', '--unfinished'])).stdout,
      'No download was broken off: nothing to remove\n',
    )
    await runRealm(pull)
    const other = ggufContent(3_000_000)
    hub.add('owner/big', { 'b-00001-of-00002.gguf': content, 'b-00002-of-00002.gguf': other })
    const folder = join(cache.path, 'realm', 'models')
    const [first, second] = [1, 2].map((i) => join(folder, 'hf', 'owner', 'big', `b-0000${i}-of-00002.gguf`))
    mkdirSync(dirname(first), { recursive: true })
    writeFileSync(first, content)
    writeFileSync(`${second}.part`, other.subarray(0, 1_000_000))
    const jar = join(cache.path, 'realm', 'java', 'any.jar')
    mkdirSync(dirname(jar))
    writeFileSync(jar, 'a jar')

    const big = 'hf:owner/big/b-00001-of-00002.gguf'
    const contents = JSON.parse((await runRealm(['list', '--sizes', '--json'])).stdout)
    const left = content.length + 1_000_000
    const [{ path }] = contents.models
    const kept = content.length + readFileSync(join(dirname(path), '.selected.json')).length
    assert.deepEqual(contents, {
      folder,
      models: [{ name, size: content.length, files: 1, path }],
      unfinished: [{ name: big, size: left, path: first }],
      java: { folder: dirname(jar), size: 5 },
      total: kept + left + 5,
    })
    const text = (await runRealm(['list', '--sizes'])).stdout
    assert.match(text, /^ {2}2\.0 MB {2}hf:owner\/repo\/model-Q4_K_M\.gguf$/m)
    assert.match(text, /"realm rm" removes it:\n {2}3\.0 MB {2}hf:owner\/big\/b-00001-of-00002\.gguf\n/)
    assert.match(text, /\n\n5\.0 MB in all\n$/)

    const { code, stdout } = await runRealm(['rm', '--unfinished', '--json'])
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout), [{ name: big, freed: left }])
    assert.ok(existsSync(path))
    assert.deepEqual(
      inCache().filter((file) => file.includes('big')),
      [],
    )
  })

  it('removes nothing where one of the models is not in the cache, or lies elsewhere', async () => {
    await runRealm(pull)
    const elsewhere = join(cache.path, 'mine.gguf')
    writeFileSync(elsewhere, content)
    for (const other of ['hf:owner/none', elsewhere, 'smollm2-135m-instruct']) {
      const { code, stderr } = await runRealm(['rm', name, other])
      assert.equal(code, 1)
      assert.match(
        stderr,
        /^error\[MODEL_NOT_FOUND\]: .* is not in the cache; expected what "realm list" shows/,
      )
    }
    assert.ok(existsSync(elsewhere))
    assert.match((await runRealm(['list'])).stdout, /^ {2}hf:owner\/repo\/model-Q4_K_M\.gguf/m)
  })

  it('removes a bad file that an earlier version kept', async () => {
    const path = join(cache.path, 'realm', 'models', 'hf', 'owner', 'repo', 'bad.gguf')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content.subarray(0, 1000))
    const failed = await runRealm(['generate', 'Hello', '--model', 'hf:owner/repo/bad.gguf'])
    assert.equal(failed.code, 1)
    assert.match(failed.stderr, /^error\[GGUF_TRUNCATED\]: .*realm rm hf:owner\/repo\/bad\.gguf/s)
    assert.equal((await runRealm(['rm', 'hf:owner/repo/bad.gguf'])).code, 0)
    assert.equal(existsSync(path), false)
  })

  it('tells once, in its error, why nothing could be fetched', async () => {
    const { code, stderr } = await runRealm(['pull', 'http://127.0.0.1:9/none.gguf'])
    assert.equal(code, 1)
    assert.equal(stderr.split('ECONNREFUSED').length, 2, stderr)
  })

  it('stops at Ctrl-C with 130, and goes on from there the next time', async () => {
    hub.storage.planStall(1_000_000)
    const { child, end } = startRealm(pull)
    await once(child.stderr, 'data')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await end
    assert.equal(code, 130)
    assert.equal(stdout, '')
    assert.match(stderr, /^Fetching .*\n$/)
    assert.deepEqual(
      inCache().filter((file) => file.endsWith('.lock')),
      [],
    )
    const again = await runRealm([...pull, '--json'])
    assert.ok(readFileSync(JSON.parse(again.stdout).path).equals(content))
  })

  it('fetches once where two processes want the same', async () => {
    const [one, other] = await Promise.all([runRealm(pull), runRealm(pull)])
    assert.equal(one.code, 0, one.stderr)
    assert.equal(one.stdout, other.stdout)
    assert.equal(hub.storage.requests.length, 1)
    const [, path] = /^model-Q4_K_M: (.*) \(/.exec(one.stdout) ?? []
    assert.deepEqual(readdirSync(dirname(path)).sort(), ['.selected.json', 'model-Q4_K_M.gguf'])
  })
})
