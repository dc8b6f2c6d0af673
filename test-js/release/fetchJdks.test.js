import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ZipFile } from 'yazl'

const PROGRAM = fileURLToPath(new URL('../../js-bindings/scripts/release/fetch-jdks', import.meta.url))

describe('fetch-jdks', function () {
  this.timeout(60_000)
  /** @type {string} */
  let folder
  /** @type {import('node:http').Server} */
  let server
  /** @type {string[]} */
  let asked

  before(function () {
    const missing = ['curl', 'tar', 'unzip'].filter(
      (program) => spawnSync(program, ['--help']).error !== undefined,
    )
    if (missing.length === 0) return
    if (process.env.CI === 'true') throw new Error(`not installed: ${missing.join(', ')}`)
    for (const test of this.test.parent.tests) test.title += ` (not installed: ${missing.join(', ')})`
    this.skip()
  })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'realm-jdks-'))
    asked = []
    server = createServer(async (request, response) => {
      asked.push(String(request.url))
      const [, os, architecture, image] =
        /^\/v3\/binary\/version\/jdk-25\.0\.3%2B9\/([\w-]+)\/(\w+)\/(jdk|jmods)\/hotspot\/normal\/eclipse$/.exec(
          String(request.url),
        ) ?? []
      if (os === undefined) {
        response.writeHead(404).end()
        return
      }
      const home = os === 'mac' ? 'jdk-25/Contents/Home' : 'jdk-25'
      const file = image === 'jdk' ? `${home}/release` : 'jdk-25-jmods/java.base.jmod'
      response.end(await archive(file, `${image} of ${os} on ${architecture}`, os === 'windows'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })

  /**
   * @param {string} file
   * @param {string} content
   * @param {boolean} zipped
   */
  async function archive(file, content, zipped) {
    if (zipped) {
      const zip = new ZipFile()
      zip.addBuffer(Buffer.from(content), file)
      zip.end()
      return buffer(zip.outputStream)
    }
    const into = mkdtempSync(join(folder, 'archive-'))
    mkdirSync(dirname(join(into, file)), { recursive: true })
    writeFileSync(join(into, file), content)
    const { stdout, status } = spawnSync('tar', ['-cz', '-C', into, '.'])
    assert.equal(status, 0)
    return stdout
  }

  /** @param {string} version */
  function run(version) {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    return promisify(execFile)(PROGRAM, [version, join(folder, 'jdks')], {
      env: { ...process.env, REALM_ADOPTIUM: `http://127.0.0.1:${port}`, NO_PROXY: '*', no_proxy: '*' },
    })
  }

  it('brings the modules and the description of each other platform', async () => {
    await run('25.0.3+9')
    const systems = [
      'alpine-linux-aarch64',
      'alpine-linux-x64',
      'linux-aarch64',
      'mac-aarch64',
      'mac-x64',
      'windows-x64',
    ]
    assert.deepEqual(readdirSync(join(folder, 'jdks')).sort(), systems)
    assert.equal(asked.length, 2 * systems.length)
    for (const system of systems) {
      const what = `of ${system.slice(0, system.lastIndexOf('-'))} on ${system.slice(system.lastIndexOf('-') + 1)}`
      const read = (/** @type {string} */ file) => readFileSync(join(folder, 'jdks', system, file), 'utf8')
      assert.equal(read('release'), `jdk ${what}`)
      assert.equal(read('jmods/java.base.jmod'), `jmods ${what}`)
    }
  })

  it('fails where there is no such version', async () => {
    await assert.rejects(run('25.0.4+1'), /404/)
  })
})
