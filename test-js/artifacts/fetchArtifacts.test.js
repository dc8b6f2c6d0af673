import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fetchArtifacts } from '../../js-bindings/lib/artifacts/fetchArtifacts.js'
import { artifactCatalog } from '../../js-bindings/lib/catalog/artifacts.js'
import { FileServer } from '../source/FileServer.js'
import { temporaryCache } from '../source/temporaryCache.js'

/** @param {number} size */
const jarBytes = (size) => Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), randomBytes(size - 4)])

/** @param {string} artifact */
const pathOf = (artifact) => `org/example/${artifact}/1.0/${artifact}-1.0.jar`

describe('fetchArtifacts', () => {
  const cache = temporaryCache()
  const here = `${process.platform}-${process.arch}`
  const contents = new Map(['one', 'two', 'native', 'foreign'].map((name) => [name, jarBytes(50_000)]))
  /** @type {FileServer} */
  let server
  /** @type {string} */
  let home
  /** @type {string | undefined} */
  let homeBefore

  beforeEach(async () => {
    server = await new FileServer().start()
    for (const [name, bytes] of contents) server.files.set(pathOf(name), bytes)
    home = mkdtempSync(join(tmpdir(), 'realm-home-'))
    homeBefore = process.env.HOME
    process.env.HOME = home
    process.env.REALM_MAVEN_REPOSITORY = server.url('')
  })
  afterEach(async () => {
    delete process.env.REALM_MAVEN_REPOSITORY
    if (homeBefore === undefined) delete process.env.HOME
    else process.env.HOME = homeBefore
    rmSync(home, { recursive: true })
    await server.stop()
  })

  /**
   * @param {string} artifact
   * @param {string[]} sets
   * @param {string} [platform]
   */
  const entry = (artifact, sets, platform) => {
    const bytes = contents.get(artifact) ?? Buffer.alloc(0)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return {
      ...{ group: 'org.example', artifact, version: '1.0', platform },
      ...{ sets: /** @type {any} */ (sets), size: bytes.length, sha256 },
    }
  }
  const catalog = {
    artifacts: [
      entry('one', ['graaljs', 'graalwasm']),
      entry('two', ['graalwasm']),
      entry('native', ['javet'], here),
      entry('foreign', ['javet'], 'sunos-sparc'),
    ],
  }

  /** @param {string} artifact */
  const cached = (artifact) => join(cache.path, 'realm/java', pathOf(artifact))

  /**
   * Puts a file where Maven keeps what it has fetched.
   *
   * @param {string} artifact
   * @param {Buffer} bytes
   */
  const placeInMaven = (artifact, bytes) => {
    const path = join(home, '.m2/repository', pathOf(artifact))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return path
  }

  it('brings each jar of the sets once, in the order of the list, and finds them again', async () => {
    const paths = await fetchArtifacts(['graalwasm', 'graaljs'], { catalog })
    assert.deepEqual(paths, [cached('one'), cached('two')])
    assert.ok(readFileSync(paths[0]).equals(contents.get('one') ?? assert.fail()))
    assert.deepEqual(readdirSync(dirname(paths[0])), ['one-1.0.jar'])
    assert.deepEqual(await fetchArtifacts(['graaljs'], { catalog, offline: true }), [cached('one')])
    assert.equal(server.requests.length, 2)
  })

  it('takes what the local Maven repository has', async () => {
    placeInMaven('one', contents.get('one') ?? assert.fail())
    const [path] = await fetchArtifacts(['graaljs'], { catalog, offline: true })
    assert.ok(readFileSync(path).equals(contents.get('one') ?? assert.fail()))
    assert.deepEqual(readdirSync(dirname(path)), ['one-1.0.jar'])
    assert.equal(server.requests.length, 0)
  })

  it('refuses another jar of the local Maven repository, and fetches the right one', async () => {
    const local = placeInMaven('one', jarBytes(50_000))
    /** @type {string[]} */
    const failed = []
    const onProgress = (/** @type {any} */ step) => step.phase === 'failed' && failed.push(step.source)
    const [path] = await fetchArtifacts(['graaljs'], { catalog, onProgress })
    assert.ok(readFileSync(path).equals(contents.get('one') ?? assert.fail()))
    assert.deepEqual(failed, [local])
    assert.deepEqual(readdirSync(dirname(path)), ['one-1.0.jar'])
  })

  it('refuses a jar of another sum', async () => {
    server.files.set(pathOf('two'), jarBytes(50_000))
    await assert.rejects(fetchArtifacts(['graalwasm'], { catalog }), { code: 'CHECKSUM_MISMATCH' })
    assert.equal(existsSync(cached('two')), false)
  })

  it('refuses what is no jar', async () => {
    server.files.set(pathOf('one'), randomBytes(50_000).fill('<', 0, 1))
    await assert.rejects(fetchArtifacts(['graaljs'], { catalog }), {
      code: 'DOWNLOAD_FAILED',
      message: /no jar file: 50000 bytes.*put the file at .*one-1\.0\.jar\.$/s,
    })
  })

  it('takes of a set what is made for this system', async () => {
    assert.deepEqual(await fetchArtifacts(['javet'], { catalog }), [cached('native')])
  })

  it('says so where nothing of a set is made for this system', async () => {
    const foreign = { artifacts: [entry('foreign', ['javet'], 'sunos-sparc')] }
    await assert.rejects(fetchArtifacts(['javet'], { catalog: foreign }), {
      code: 'ADDON_NOT_FOUND',
      message: new RegExp(`javet is not made for ${here}, only for sunos-sparc`),
    })
  })

  it('asks nobody when it is offline, and says what is missing', async () => {
    await assert.rejects(fetchArtifacts(['graaljs'], { catalog, offline: true }), {
      code: 'DOWNLOAD_FAILED',
      message: /one-1\.0\.jar is not on this machine/,
    })
    assert.equal(server.requests.length, 0)
  })

  it('is aborted, and resumes the next time', async () => {
    server.planStall(20_000)
    const controller = new AbortController()
    const onProgress = (/** @type {any} */ { phase, bytes }) =>
      phase === 'download' && bytes > 0 && controller.abort()
    const options = { catalog, signal: controller.signal }
    await assert.rejects(fetchArtifacts(['graaljs'], { ...options, onProgress }), { name: 'AbortError' })
    await assert.rejects(fetchArtifacts(['graaljs'], options), { name: 'AbortError' })
    await fetchArtifacts(['graaljs'], { catalog })
    assert.match(String(server.requests[1].headers.range), /^bytes=/)
  })
})

describe('The list of artifacts', () => {
  const { artifacts } = artifactCatalog

  it('says of each jar what it takes to check it', () => {
    for (const { group, artifact, version, size, sha256 } of artifacts) {
      assert.match(`${group}:${artifact}:${version}`, /^[\w.-]+:[\w-]+:\d+(\.\d+)+$/)
      assert.ok(Number.isInteger(size) && size > 0)
      assert.match(sha256, /^[0-9a-f]{64}$/)
    }
    assert.equal(new Set(artifacts.map(({ sha256 }) => sha256)).size, artifacts.length)
  })

  it('has one version of the jars that come from one project', () => {
    for (const project of ['com.caoccao.', 'org.graalvm.']) {
      const members = artifacts.filter(({ group }) => group.startsWith(project))
      assert.ok(members.length > 1)
      assert.equal(new Set(members.map(({ version }) => version)).size, 1)
    }
  })
})
