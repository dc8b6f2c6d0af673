import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { resolveSource } from '../../js-bindings/lib/source/resolveSource.js'
import { chooseHubFiles } from '../../js-bindings/lib/source/selectHubFiles.js'
import { ggufContent } from './ggufContent.js'
import { HubServer } from './HubServer.js'
import { temporaryCache } from './temporaryCache.js'

describe('A model of Hugging Face', () => {
  const cache = temporaryCache()
  const four = ggufContent(20_000)
  const eight = ggufContent(40_000)
  /** @type {HubServer} */
  let hub

  beforeEach(async () => {
    hub = await new HubServer().start()
    process.env.HF_ENDPOINT = hub.endpoint
    hub.add('owner/repo-GGUF', {
      'README.md': Buffer.from('# A model'),
      'mmproj-model-f16.gguf': ggufContent(4),
      'model-Q8_0.gguf': eight,
      'model-Q4_K_M.gguf': four,
    })
  })
  afterEach(() => hub.stop())

  const inCache = (/** @type {string} */ path) =>
    relative(join(cache.path, 'realm', 'models', 'hf'), path)
      .split('\\')
      .join('/')

  it('is the quantization Q4_K_M where none is wished', async () => {
    const { path, name, isCached } = await resolveSource('hf:owner/repo-GGUF')
    assert.equal(inCache(path), 'owner/repo-GGUF/model-Q4_K_M.gguf')
    assert.deepEqual({ name, isCached }, { name: 'model-Q4_K_M', isCached: true })
    assert.ok(readFileSync(path).equals(four))
  })

  it('is the quantization that is wished, in any case, and is found without the hub from then on', async () => {
    const first = await resolveSource('hf:owner/repo-GGUF:q8_0')
    assert.ok(readFileSync(first.path).equals(eight))
    await hub.stop()
    assert.deepEqual(await resolveSource('hf:owner/repo-GGUF:Q8_0'), first)
    assert.deepEqual(await resolveSource('hf:owner/repo-GGUF/model-Q8_0.gguf'), first)
    await assert.rejects(resolveSource('hf:owner/repo-GGUF'), { code: 'DOWNLOAD_FAILED' })
    await hub.start()
  })

  it('is a file that is wished by its name', async () => {
    const { path } = await resolveSource('hf:owner/repo-GGUF/model-Q8_0.gguf')
    assert.ok(readFileSync(path).equals(eight))
  })

  it('comes from the revision that is wished', async () => {
    hub.add('owner/repo-GGUF@refs/pr/1', { 'model-Q4_K_M.gguf': eight })
    const { path } = await resolveSource('hf:owner/repo-GGUF#refs/pr/1')
    assert.equal(inCache(path), 'owner/repo-GGUF@refs%2Fpr%2F1/model-Q4_K_M.gguf')
    assert.ok(readFileSync(path).equals(eight))
  })

  it('is all parts of a split file, of a listing of several pages', async () => {
    const parts = [1, 2, 3].map((i) => ggufContent(4_000 * i))
    hub.pageSize = 2
    hub.add('owner/big', {
      ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`notes-${i}.md`, Buffer.from('text')])),
      ...Object.fromEntries(parts.map((part, i) => [`Q4_K_M/big-Q4_K_M-0000${i + 1}-of-00003.gguf`, part])),
      'big-Q8_0-00001-of-00002.gguf': eight,
    })
    const { files, name } = await resolveSource('hf:owner/big')
    assert.equal(name, 'big-Q4_K_M')
    assert.equal(files.length, 3)
    for (const [i, path] of files.entries()) assert.ok(readFileSync(path).equals(parts[i]))
    await assert.rejects(resolveSource('hf:owner/big:Q8_0'), {
      code: 'MODEL_NOT_FOUND',
      message: 'hf:owner/big has no file of the quantization Q8_0: it has Q4_K_M.',
    })
  })

  it('is refused where its bytes are not those that the hub states', async () => {
    for (const key of hub.storage.files.keys()) hub.storage.files.set(key, ggufContent(20_000))
    await assert.rejects(resolveSource('hf:owner/repo-GGUF'), {
      code: 'CHECKSUM_MISMATCH',
      message: /a file of the SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/,
    })
  })

  it('is refused before it is received where the server offers another length', async () => {
    for (const key of hub.storage.files.keys()) hub.storage.files.set(key, four.subarray(1))
    await assert.rejects(resolveSource('hf:owner/repo-GGUF'), {
      code: 'DOWNLOAD_FAILED',
      message: new RegExp(`the server offers ${four.length - 1} bytes, expected ${four.length}`),
    })
  })

  it('takes the token to the hub, and not to the host that it redirects to', async () => {
    hub.gate = 'secret'
    process.env.HF_TOKEN = 'secret'
    await resolveSource('hf:owner/repo-GGUF')
    assert.deepEqual(new Set(hub.requests.map(({ token }) => token)), new Set(['Bearer secret']))
    assert.ok(hub.storage.requests.length > 0)
    for (const { headers } of hub.storage.requests) {
      assert.equal(headers.authorization, undefined)
      assert.match(String(headers.host), /^localhost:/)
    }
  })

  for (const [where, place] of [
    ['HUGGING_FACE_HUB_TOKEN', () => (process.env.HUGGING_FACE_HUB_TOKEN = 'secret')],
    ['the file of HF_TOKEN_PATH', () => (process.env.HF_TOKEN_PATH = tokenFile('any'))],
    ['HF_HOME', () => (process.env.HF_HOME = join(tokenFile('home/token'), '..'))],
    ['where "hf auth login" writes it', () => tokenFile('huggingface/token')],
  ]) {
    it(`takes the token from ${where}`, async () => {
      hub.gate = 'secret'
      place()
      assert.ok((await resolveSource('hf:owner/repo-GGUF')).path)
    })
  }

  /** @param {string} name */
  function tokenFile(name) {
    const path = join(cache.path, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, 'secret\n')
    return path
  }

  it('says what to do where the model is gated', async () => {
    hub.gate = 'secret'
    await assert.rejects(resolveSource('hf:owner/repo-GGUF'), {
      code: 'DOWNLOAD_FAILED',
      message:
        /HTTP 401 Unauthorized; the model is gated: accept its terms on its page, and give a token in HF_TOKEN/,
    })
    process.env.HF_TOKEN = 'of another'
    await assert.rejects(resolveSource('hf:owner/repo-GGUF'), {
      message: /the model is gated: accept its terms on its page\n/,
    })
  })

  it('says that there is no such repository, or that it is private', async () => {
    await assert.rejects(resolveSource('hf:owner/none'), {
      code: 'DOWNLOAD_FAILED',
      message: /does not list the files of owner\/none: .*no such repository, or it is private: give a token/,
    })
  })

  it('says that the repository has no such file, and which it has', async () => {
    await assert.rejects(resolveSource('hf:owner/repo-GGUF/other.gguf'), {
      code: 'MODEL_NOT_FOUND',
      message: 'hf:owner/repo-GGUF has no other.gguf: it has model-Q8_0.gguf, model-Q4_K_M.gguf.',
    })
    hub.add('owner/weights', { 'model.safetensors': eight })
    await assert.rejects(resolveSource('hf:owner/weights'), {
      code: 'MODEL_NOT_FOUND',
      message:
        /has no model: it has no GGUF files; look for a repository of the model whose name ends with -GGUF/,
    })
  })

  it('takes no path from a listing that leads out of its folder', async () => {
    hub.add('owner/evil', { '../../evil-Q4_K_M.gguf': four, 'a\u001b[2J.gguf': four })
    await assert.rejects(resolveSource('hf:owner/evil'), { code: 'MODEL_NOT_FOUND' })
  })

  it('stops the asking when it is aborted', async () => {
    const controller = new AbortController()
    hub.plan(() => controller.abort('enough'))
    await assert.rejects(resolveSource('hf:owner/repo-GGUF', { signal: controller.signal }), {
      name: 'AbortError',
      cause: 'enough',
    })
  })

  it('is patient with a hub that limits the rate', async () => {
    hub.plan((_request, response) => response.writeHead(429, { 'retry-after': '0' }).end())
    assert.ok((await resolveSource('hf:owner/repo-GGUF')).path)
  })

  it('is refused by its head where it would not run', async () => {
    hub.add('owner/mamba', { 'mamba-Q4_K_M.gguf': ggufContent(10_000_000, { architecture: 'mamba' }) })
    await assert.rejects(resolveSource('hf:owner/mamba'), { code: 'UNSUPPORTED_ARCHITECTURE' })
    assert.equal(hub.storage.requests.length, 1)
  })
})

describe('The choice among a repository’s files', () => {
  const choose = (/** @type {string[]} */ paths, /** @type {object} */ wish = {}) =>
    chooseHubFiles(
      paths.map((path) => ({ path, size: 1 })),
      { owner: 'o', repo: 'r', revision: 'main', ...wish },
    ).map(({ path }) => path)

  for (const [what, paths, wish, chosen] of [
    ['Q4_K_M first', ['m-Q8_0.gguf', 'm.Q4_K_M.gguf', 'm-Q4_0.gguf'], {}, ['m.Q4_K_M.gguf']],
    ['whatever case it is written in', ['m-q8_0.gguf', 'm-q4_k_m.gguf'], {}, ['m-q4_k_m.gguf']],
    ['the nearest where there is none', ['m-F16.gguf', 'm-Q8_0.gguf', 'm-Q2_K.gguf'], {}, ['m-Q8_0.gguf']],
    ['the only one', ['ggml-model.gguf', 'mmproj-F16.gguf'], {}, ['ggml-model.gguf']],
    ['not a longer label', ['m-IQ4_XS.gguf', 'm-Q4_K_S.gguf'], { tag: 'q4_k_s' }, ['m-Q4_K_S.gguf']],
    [
      'the dynamic one where there is no other',
      ['m-UD-Q4_K_XL.gguf'],
      { tag: 'Q4_K_XL' },
      ['m-UD-Q4_K_XL.gguf'],
    ],
    [
      'the plain one before it',
      ['m-UD-Q4_K_M.gguf', 'mm-Q4_K_M.gguf'],
      { tag: 'Q4_K_M' },
      ['mm-Q4_K_M.gguf'],
    ],
    [
      'by the end of its name',
      ['m-IQ3_S-imat.gguf', 'm-Q4_K_M-imat.gguf'],
      { tag: 'IQ3_S-imat' },
      ['m-IQ3_S-imat.gguf'],
    ],
    ['the label at the end', ['Q8_0-of-m-Q4_0.gguf', 'm-Q8_0.gguf'], { tag: 'Q8_0' }, ['m-Q8_0.gguf']],
    ['no statistics', ['m-imatrix.gguf', 'm-Q3_K_S.gguf'], {}, ['m-Q3_K_S.gguf']],
    [
      'all parts',
      ['a-Q4_K_M-00002-of-00002.gguf', 'a-Q4_K_M-00001-of-00002.gguf'],
      {},
      ['a-Q4_K_M-00001-of-00002.gguf', 'a-Q4_K_M-00002-of-00002.gguf'],
    ],
    ['no incomplete model', ['a-Q4_K_M-00001-of-00002.gguf', 'a-Q8_0.gguf'], {}, ['a-Q8_0.gguf']],
  ]) {
    it(`takes ${what}`, () => assert.deepEqual(choose(paths, wish), chosen))
  }
})
