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
      defaultSystem: entry.system,
      files: [
        {
          path: inCache('catalog', entry.name, entry.file),
          size: entry.size,
          sha256: entry.sha256,
          sources: entry.sources,
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

  it('finds a file of Hugging Face in its repository', () => {
    assert.deepEqual(parseSource('hf:owner/repo-GGUF/folder/model.Q8_0.gguf'), {
      kind: 'cached',
      name: 'model.Q8_0',
      files: [
        {
          path: inCache('hf', 'owner', 'repo-GGUF', 'folder', 'model.Q8_0.gguf'),
          sources: [
            {
              type: 'url',
              url: 'https://huggingface.co/owner/repo-GGUF/resolve/main/folder/model.Q8_0.gguf',
            },
          ],
        },
      ],
    })
  })

  it('asks the mirror that HF_ENDPOINT names', () => {
    process.env.HF_ENDPOINT = 'https://mirror.example/hf/'
    const { files } = parseSource('hf:a/b/c.gguf')
    assert.deepEqual(files[0].sources, [
      { type: 'url', url: 'https://mirror.example/hf/a/b/resolve/main/c.gguf' },
    ])
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
    assert.equal(name, 'big-00001-of-00003')
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
    'hf:owner/repo',
    'hf:owner/../file.gguf',
    'hf:a/b//c.gguf',
    'hf:a/b/c d.gguf',
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
