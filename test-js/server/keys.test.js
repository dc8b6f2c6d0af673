import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keys } from '../../js-bindings/lib/server/keys/Keys.js'
import { ENDLESS, withServer } from './withServer.js'

const sha256 = (/** @type {string} */ key) => createHash('sha256').update(key).digest('hex')
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const messages = [{ role: 'user', content: 'Hi' }]
const short = { messages, max_tokens: 4, temperature: 0 }

describe('Keys', () => {
  const served = withServer({
    keys: [
      { name: 'open', sha256: sha256('open-key') },
      { name: 'narrow', sha256: sha256('narrow-key'), models: ['bert'] },
      { name: 'rare', sha256: sha256('rare-key'), requestsPerMinute: 2 },
      { name: 'frugal', sha256: sha256('frugal-key'), tokensPerMinute: 10 },
      { name: 'single', sha256: sha256('single-key'), parallel: 1, tenant: 'shared', priority: 3 },
    ],
  })
  /** @param {string} key @param {object} [body] @param {RequestInit} [init] */
  const ask = (key, body = short, init = {}) =>
    served.post('/v1/chat/completions', body, { ...init, headers: { authorization: `Bearer ${key}` } })
  const errorOf = async (/** @type {Response} */ response) => (await response.json()).error

  it('are asked for, as Bearer or as x-api-key', async () => {
    const none = await served.post('/v1/chat/completions', short)
    assert.deepEqual([none.status, none.headers.get('www-authenticate')], [401, 'Bearer'])
    assert.deepEqual(await errorOf(none), {
      message: 'No key: send it as authorization: Bearer KEY.',
      type: 'authentication_error',
      param: null,
      code: 'invalid_api_key',
    })
    assert.equal((await ask('guessed')).status, 401)
    assert.equal((await ask('open-key')).status, 200)
    assert.equal(
      (await served.post('/v1/chat/completions', short, { headers: { 'x-api-key': 'open-key' } })).status,
      200,
    )
    assert.equal((await served.get('/v1/models')).status, 401)
    assert.equal((await served.get('/health')).status, 200)
  })

  it('may use their models alone, and see no others', async () => {
    const refused = await ask('narrow-key')
    assert.deepEqual([refused.status, (await errorOf(refused)).code], [403, 'model_not_allowed'])
    const list = await served.get('/v1/models', { headers: { authorization: 'Bearer narrow-key' } })
    assert.deepEqual(
      (await list.json()).data.map(({ id }) => id),
      ['bert'],
    )
  })

  it('ask as often a minute as they may', async () => {
    const first = await ask('rare-key')
    assert.equal(first.headers.get('x-ratelimit-limit-requests'), '2')
    assert.equal(first.headers.get('x-ratelimit-remaining-requests'), '1')
    assert.equal((await ask('rare-key')).status, 200)
    const third = await ask('rare-key')
    assert.deepEqual([third.status, (await errorOf(third)).code], [429, 'rate_limit_exceeded'])
    assert.ok(Number(third.headers.get('retry-after')) >= 1)
    assert.equal(third.headers.get('x-ratelimit-remaining-requests'), '0')
  })

  it('use as many tokens a minute as they may', async () => {
    const first = await ask('frugal-key')
    assert.equal(first.status, 200)
    await first.text()
    const second = await ask('frugal-key')
    assert.equal(second.status, 429)
    assert.equal(second.headers.get('x-ratelimit-remaining-tokens'), '0')
  })

  it('have as many requests at a time as they may', async () => {
    const left = new AbortController()
    const long = await ask('single-key', { messages, ...ENDLESS, stream: true }, { signal: left.signal })
    await long.body.getReader().read()
    assert.equal((await ask('single-key')).status, 429)
    left.abort()
    for (let status = 0; status !== 200; ) status = (await ask('single-key')).status
  })

  it('of a file are read again when it has changed, and stay where it is broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-keys-'))
    const file = join(folder, 'keys.yaml')
    let time = 1000
    const write = (/** @type {string} */ content) => {
      writeFileSync(file, content)
      utimesSync(file, ++time, time)
    }
    /** @type {any[]} */
    const told = []
    try {
      write(`keys:\n  - name: a\n    sha256: ${sha256('a')}\n`)
      const now = performance.now.bind(performance)
      let later = 0
      performance.now = () => now() + later
      try {
        const keys = new Keys(file, { ...silent, error: (fields) => told.push(fields) })
        const identify = (/** @type {string} */ key) =>
          keys.identify(new Headers({ authorization: `Bearer ${key}` })).name
        assert.equal(identify('a'), 'a')
        write(JSON.stringify([{ name: 'b', sha256: sha256('b') }]))
        later += 2000
        assert.equal(identify('b'), 'b')
        assert.throws(() => identify('a'), { code: 'invalid_api_key' })
        write('keys: [{ name: c }]')
        later += 2000
        assert.equal(identify('b'), 'b')
        later += 2000
        assert.equal(identify('b'), 'b')
        assert.equal(told.length, 1)
        assert.match(told[0].err.message, /sha256/)
      } finally {
        performance.now = now
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('that cannot be read are refused at once', () => {
    assert.throws(() => new Keys('/nowhere/keys.yaml', silent), { code: 'FILE_NOT_FOUND' })
    assert.throws(() => new Keys([{ name: 'a', sha256: 'abc' }], silent), {
      code: 'INVALID_ARGUMENT',
      message: /keys\[0\]\.sha256/,
    })
    const twice = { name: 'a', sha256: sha256('a') }
    assert.throws(() => new Keys([twice, twice], silent), {
      code: 'INVALID_ARGUMENT',
      message: /another name/,
    })
  })
})
