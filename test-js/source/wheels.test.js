import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { fetchFile } from '../../js-bindings/lib/source/fetchFile.js'
import { FileServer } from './FileServer.js'
import { ggufContent } from './ggufContent.js'
import { temporaryCache } from './temporaryCache.js'

/**
 * A wheel with one data file.
 *
 * @param {string} name the package, with underscores
 * @param {string} file
 * @param {Buffer} content
 */
async function wheel(name, file, content) {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(''), `${name}/__init__.py`)
  zip.addBuffer(content, file)
  const info = `${name}-1.0.dist-info`
  zip.addBuffer(Buffer.from(`Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`), `${info}/METADATA`)
  zip.addBuffer(
    Buffer.from('Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
    `${info}/WHEEL`,
  )
  zip.addBuffer(Buffer.from(''), `${info}/RECORD`)
  zip.end()
  return buffer(zip.outputStream)
}

describe('A file in wheels of PyPI', function () {
  this.timeout(60_000)
  const cache = temporaryCache()
  const content = ggufContent(500_000)
  const environment = ['PIP_INDEX_URL', 'PIP_CONFIG_FILE', 'PIP_FIND_LINKS', 'PATH']
  const before = environment.map((name) => [name, process.env[name]])
  /** @type {FileServer} */
  let index

  beforeEach(async function () {
    const pip = spawnSync('python3', ['-m', 'pip', '--version'])
    if (pip.status !== 0) {
      this.currentTest.title += ' (no python3 with pip on this machine)'
      this.skip()
    }
    index = await new FileServer().start()
    process.env.PIP_INDEX_URL = index.url('simple')
    process.env.PIP_CONFIG_FILE = '/dev/null'
    process.env.PIP_FIND_LINKS = ''
    await offer('realm_test_one', content.subarray(0, 300_000))
    await offer('realm_test_two', content.subarray(300_000))
  })
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await index?.stop()
  })

  /** Puts a wheel into the index. @param {string} name @param {Buffer} chunk */
  async function offer(name, chunk) {
    const bytes = await wheel(name, `${name}/data/chunk`, chunk)
    const file = `${name}-1.0-py3-none-any.whl`
    const sum = createHash('sha256').update(bytes).digest('hex')
    const link = `<a href="${index.url(file)}#sha256=${sum}">${file}</a>`
    index.files.set(file, bytes)
    index.files.set(
      `simple/${name.replaceAll('_', '-')}/`,
      Buffer.from(`<!doctype html><body>${link}</body>`),
    )
  }

  const wanted = ({
    second = 'realm-test-two',
    chunk = 'realm_test_two/data/chunk',
    file = content,
  } = {}) => ({
    path: join(cache.path, 'folder', 'model.gguf'),
    size: content.length,
    sha256: createHash('sha256').update(file).digest('hex'),
    sources: [
      {
        type: /** @type {const} */ ('pypi'),
        parts: [
          {
            package: 'realm-test-one',
            version: '1.0',
            wheelSize: 300_000,
            file: 'realm_test_one/data/chunk',
          },
          { package: second, version: '1.0', wheelSize: 200_000, file: chunk },
        ],
      },
    ],
  })

  it('is fetched with pip, put together and checked', async () => {
    const file = wanted()
    /** @type {Set<string>} */
    const phases = new Set()
    await fetchFile(file, { onProgress: ({ phase }) => phases.add(phase) })
    assert.ok(readFileSync(file.path).equals(content))
    assert.deepEqual(readdirSync(dirname(file.path)), ['model.gguf'])
    assert.deepEqual([...phases], ['download', 'unpack', 'verify'])
  })

  it('says what pip says where there is no such package', async () => {
    await assert.rejects(fetchFile(wanted({ second: 'realm-test-none' })), {
      code: 'DOWNLOAD_FAILED',
      message: /PyPI, by pip: realm-test-one 1\.0 and 1 more: pip failed: .*realm-test-none==1\.0/,
    })
  })

  it('says that pip cannot reach its index', async () => {
    process.env.PIP_INDEX_URL = 'http://127.0.0.1:9/simple'
    await assert.rejects(fetchFile(wanted()), {
      code: 'DOWNLOAD_FAILED',
      message: /pip could not reach its index: .*realm-test-one==1\.0/,
    })
  })

  it('says that a wheel has no such file', async () => {
    const file = wanted({ chunk: 'realm_test_two/other' })
    await assert.rejects(fetchFile(file), {
      code: 'DOWNLOAD_FAILED',
      message: /the wheel holds no realm_test_two\/other/,
    })
    assert.deepEqual(readdirSync(dirname(file.path)), [])
  })

  it('refuses other bytes than the catalog names', async () => {
    const file = wanted({ file: Buffer.from('other') })
    await assert.rejects(fetchFile(file), { code: 'CHECKSUM_MISMATCH' })
    assert.equal(existsSync(file.path), false)
  })

  it('says that it needs pip where there is none', async () => {
    process.env.PATH = cache.path
    await assert.rejects(fetchFile(wanted()), { code: 'DOWNLOAD_FAILED', message: /needs Python with pip/ })
  })

  it('ends pip when it is aborted', async () => {
    const controller = new AbortController()
    index.plan(() => controller.abort())
    await assert.rejects(fetchFile(wanted(), { signal: controller.signal }), { name: 'AbortError' })
    assert.deepEqual(readdirSync(join(cache.path, 'folder')), [])
  })
})
