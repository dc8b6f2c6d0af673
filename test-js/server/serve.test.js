import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { runRealm } from '../cli/runRealm.js'
import { serveRealm } from '../cli/serveRealm.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { ENDLESS } from './withServer.js'

const messages = [{ role: 'user', content: 'Hi' }]

describe('realm serve', function () {
  this.timeout(60_000)
  const context = /** @type {[string, string, number]} */ (['llama.context_length', 'u32', 4096])
  const file = withTinyModel({ metadata: [context] })
  /** Its many tokens make it slow: a text goes on while others are asked. */
  const slow = withTinyModel({ metadata: [context], vocabularySize: 20_000 })

  it('answers, logs a line of JSON a request, and ends what is at work on SIGTERM', async () => {
    const { child, end, url } = await serveRealm([slow.path, '--threads', '1'])
    const ask = (/** @type {object} */ body) =>
      fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify({ messages, ...body }) })
    const answer = await ask({ max_tokens: 3 })
    assert.equal((await answer.json()).model, 'tiny')
    // Longer than proxies keep a connection that has nothing to do.
    assert.equal(answer.headers.get('keep-alive'), 'timeout=75')
    const response = await ask({ ...ENDLESS, max_tokens: 2000, stream: true })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = (await reader.read()).value ?? ''
    child.kill('SIGTERM')
    for (let status = 200; status === 200; ) status = (await fetch(`${url}/ready`)).status
    for (let step = await reader.read(); !step.done; step = await reader.read()) text += step.value
    assert.match(text, /"finish_reason":"length"/)
    assert.match(text, /\[DONE\]\n\n$/)
    const { code, stdout } = await end
    assert.equal(code, 0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines
        .filter(({ path }) => path === '/v1/chat/completions')
        .map(({ status, completionTokens }) => [status, completionTokens]),
      [
        [200, 3],
        [200, 2000],
      ],
    )
  })

  it('refuses pages of elsewhere, other names of this machine, and what is no HTTP', async () => {
    const { child, end, url } = await serveRealm([
      file.path,
      '--threads',
      '1',
      '--cors',
      'https://example.org',
    ])
    const status = async (/** @type {Record<string, string>} */ headers) =>
      (await fetch(`${url}/v1/models`, { headers })).status
    assert.equal(await status({ origin: 'https://evil.org' }), 403)
    assert.equal(await status({ origin: 'https://example.org' }), 200)
    assert.equal(await status({ origin: 'http://localhost:3000' }), 200)
    const raw = (/** @type {string} */ text) =>
      new Promise((resolve) => {
        let answer = ''
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
        socket.on('data', (bytes) => {
          answer += bytes
        })
        socket.on('close', () => resolve(answer))
      })
    assert.match(
      await raw('GET /v1/models HTTP/1.1\r\nhost: evil.org\r\nconnection: close\r\n\r\n'),
      /^HTTP\/1\.1 403 .*origin_not_allowed/s,
    )
    assert.match(await raw('NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 .*invalid_http/s)
    assert.match(
      await raw(`GET / HTTP/1.1\r\nx: ${'x'.repeat(20000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 .*headers_too_large/s,
    )
    child.kill('SIGINT')
    assert.equal((await end).code, 0)
  })

  it('takes its settings from a file, and its keys from another', async () => {
    const sha256 = createHash('sha256').update('k').digest('hex')
    writeFileSync(join(file.folder, 'keys.json'), JSON.stringify({ keys: [{ name: 'k', sha256 }] }))
    const config = join(file.folder, 'serve.yaml')
    writeFileSync(
      config,
      `models:\n  small: { source: ${file.path}, threads: 1 }\nhost: 127.0.0.1\nkeyFile: keys.json\nmaxLoaded: 1\nlimits: { answers: 1 }\n`,
    )
    const { child, end, url } = await serveRealm(['--config', config])
    assert.equal((await fetch(`${url}/v1/models`)).status, 401)
    const headers = { authorization: 'Bearer k' }
    const body = JSON.stringify({ messages, max_tokens: 2, n: 2 })
    const refused = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
    assert.equal((await refused.json()).error.param, 'n')
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: body.replace('"n":2', '"n":1'),
    })
    assert.equal((await answer.json()).model, 'small')
    child.kill('SIGTERM')
    assert.equal((await end).code, 0)
  })

  it('has a draft guess the texts of the first model, which must have its tokens', async () => {
    const other = join(file.folder, 'other.gguf')
    writeFileSync(other, tinyLlama({ vocabularySize: 300 }))
    const config = join(file.folder, 'draft.yaml')
    const refused = async (/** @type {string[]} */ args) => (await runRealm(['serve', ...args])).stderr
    assert.match(await refused([file.path, '--draft', other]), /error\[DRAFT_MISMATCH\]/)
    writeFileSync(config, `models: [${file.path}]\ndraft: { source: ${other}, maxTokens: 4 }\n`)
    assert.match(await refused(['--config', config]), /error\[DRAFT_MISMATCH\]/)
    writeFileSync(config, `models: [${file.path}]\ndraft: { source: ${file.path}, maxTokens: 99 }\n`)
    assert.match(await refused(['--config', config]), /draft\.maxTokens/)
    const { child, end, url } = await serveRealm([file.path, other, '--threads', '1', '--draft', file.path])
    for (const model of ['tiny', 'other']) {
      const body = JSON.stringify({ ...ENDLESS, model, messages, max_tokens: 20 })
      const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
      assert.equal((await answer.json()).usage?.completion_tokens, 20)
    }
    child.kill('SIGTERM')
    assert.equal((await end).code, 0)
  })

  it('listens for other machines with keys alone, or where it is told to', async () => {
    const { code, stderr } = await runRealm(['serve', file.path, '--host', '0.0.0.0'])
    assert.equal(code, 1)
    assert.match(stderr, /error\[INVALID_ARGUMENT\].*--key-file/)
    const { child, end } = await serveRealm([file.path, '--threads', '1', '--host', '0.0.0.0', '--insecure'])
    child.kill('SIGTERM')
    assert.equal((await end).code, 0)
  })

  it('says what it cannot use', async () => {
    const noModel = await runRealm(['serve'])
    assert.match(noModel.stderr, /at least one model/)
    const noFile = await runRealm(['serve', file.path, '--key-file', '/nowhere'])
    assert.match(noFile.stderr, /error\[FILE_NOT_FOUND\]/)
    const noConfig = await runRealm(['serve', '--config', '/nowhere'])
    assert.match(noConfig.stderr, /error\[FILE_NOT_FOUND\]/)
    const config = join(file.folder, 'wrong.yaml')
    writeFileSync(config, 'modles: [a]\n')
    const wrong = await runRealm(['serve', '--config', config])
    assert.match(wrong.stderr, /Did you mean models\?/)
  })
})
