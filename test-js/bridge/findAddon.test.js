import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findAddon } from '../../js-bindings/lib/bridge/findAddon.js'
import { platformName, thisSystem } from '../../js-bindings/lib/bridge/platforms.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'

const BUILT = join(projectRoot, 'js-bindings/build/realm.node')
const PACKAGE = `@realm-ai/addon-${platformName()}`

/** The first bytes of libraries for other systems. */
const foreign = {
  'linux-arm64': header({ 0: '7f454c46', 18: 'b700' }),
  'linux-x64': header({ 0: '7f454c46', 18: '3e00' }),
  'darwin-arm64': header({ 0: 'cffaedfe0c000001' }),
  'win32-x64': header({ 0: '4d5a', 60: '80000000', 128: '504500006486' }),
}

/** @param {Record<number, string>} parts bytes in hex, by where they are */
function header(parts) {
  const bytes = Buffer.alloc(4096)
  for (const [at, hex] of Object.entries(parts)) bytes.write(hex, Number(at), 'hex')
  return bytes
}

describe('findAddon', () => {
  /** An app that has installed realm-ai. */
  let app
  /** @type {string} */
  let folder

  beforeEach(() => {
    app = realpathSync(mkdtempSync(join(tmpdir(), 'realm-addon-')))
    folder = join(app, 'node_modules/realm-ai')
    const optionalDependencies = { [PACKAGE]: '0.1.0' }
    write('node_modules/realm-ai/package.json', JSON.stringify({ name: 'realm-ai', optionalDependencies }))
  })

  afterEach(() => rmSync(app, { recursive: true }))

  /**
   * @param {string} file
   * @param {string | Buffer} content
   */
  function write(file, content) {
    mkdirSync(dirname(join(app, file)), { recursive: true })
    writeFileSync(join(app, file), content)
  }

  /** @param {string | Buffer} [file] the content of the package's addon */
  function installPackage(file) {
    write(`node_modules/${PACKAGE}/package.json`, JSON.stringify({ name: PACKAGE }))
    if (file !== undefined) write(`node_modules/${PACKAGE}/realm.node`, file)
  }

  /** @param {object} [options] */
  function failure(options) {
    try {
      findAddon({ folder, ...options })
    } catch (error) {
      assert.equal(error.code, 'ADDON_NOT_FOUND')
      return error.message
    }
    assert.fail('an addon was found')
  }

  it('loads the addon that was built', () => {
    const { file, addon } = findAddon()
    assert.equal(file, BUILT)
    assert.equal(typeof addon.hostCall, 'function')
  })

  it("loads the installed package's where none was built", () => {
    installPackage('')
    const path = join(app, 'node_modules', PACKAGE, 'realm.node')
    copyFileSync(BUILT, path)
    const { file, addon } = findAddon({ folder })
    assert.equal(file, path)
    assert.equal(typeof addon.call, 'function')
  })

  it('says where it looked, and why nothing is there', () => {
    const message = failure()
    const built = join(folder, 'js-bindings/build/realm.node')
    assert.ok(
      message.startsWith(
        `No addon for ${platformName()} was found that loads here. Searched, in this order: ${built}: nothing; the ` +
          `package ${PACKAGE}: not installed. The packages of this system, ${PACKAGE} and `,
      ),
      message,
    )
    installPackage()
    assert.ok(
      failure().includes(`${PACKAGE}: ${join(app, 'node_modules', PACKAGE)} has no realm.node. A bundler or`),
    )
  })

  const { os, cpu } = thisSystem()
  for (const [system, bytes] of Object.entries(foreign).filter(([name]) => name !== `${os}-${cpu}`)) {
    it(`goes on after a file for ${system}, to the right package`, () => {
      write('node_modules/realm-ai/js-bindings/build/realm.node', bytes)
      const message = failure()
      const built = join(folder, 'js-bindings/build/realm.node')
      assert.ok(message.includes(`${built}: ${built} is for ${system} (`), message)
      assert.doesNotMatch(message, /npm run build/)
      installPackage('')
      const path = join(app, 'node_modules', PACKAGE, 'realm.node')
      copyFileSync(BUILT, path)
      assert.equal(findAddon({ folder }).file, path)
    })
  }

  it("gives the system's reason if the file is no addon", () => {
    installPackage('this is no library')
    const message = failure()
    assert.match(
      message,
      /realm\.node does not load \(.*(invalid ELF header|file too short|not a mach-o).*\)\./i,
    )
    assert.match(message, /If the file is damaged, install realm-ai again/)
    assert.doesNotMatch(message, /npm run build/)
  })

  const refusal = (message, code) => () => {
    throw Object.assign(new Error(message), { code })
  }

  it('says what the system lacks: a glibc that is new enough, programs on that file system, the other C library', () => {
    installPackage(foreign[`linux-${process.arch}`])
    const attempt = (reason) => failure({ load: refusal(reason, 'ERR_DLOPEN_FAILED') })
    assert.match(
      attempt("/lib/libc.so.6: version `GLIBC_2.28' not found (required by realm.node)"),
      /it wants GLIBC_2\.28, this one has glibc /,
    )
    assert.match(attempt('realm.node: failed to map segment from shared object'), /mounted with noexec/)
    const other = platformName({ ...thisSystem(), libc: thisSystem().libc === 'musl' ? 'glibc' : 'musl' })
    assert.match(
      attempt('libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory'),
      new RegExp(`realm\\.node is for ${other} `),
    )
  })

  it('says which option of Node forbids addons', () => {
    const program = `
      import { findAddon } from ${JSON.stringify(join(projectRoot, 'js-bindings/lib/bridge/findAddon.js'))}
      try { findAddon() } catch ({ code, message }) { console.log(JSON.stringify({ code, message })) }`
    const [major] = process.versions.node.split('.').map(Number)
    const permission = major < 24 ? '--experimental-permission' : '--permission'
    for (const [options, expected] of [
      [['--no-addons'], /started with --no-addons. Start it without --no-addons/],
      [
        [permission, '--allow-fs-read=*'],
        new RegExp(
          `started with ${permission}, without --allow-addons. Start it with --allow-addons beside ${permission};`,
        ),
      ],
    ]) {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [...options, '--no-warnings', '--input-type=module', '-e', program],
        { encoding: 'utf8' },
      )
      assert.equal(stderr, '')
      const { code, message } = JSON.parse(stdout)
      assert.equal(code, 'ADDON_NOT_FOUND')
      assert.match(message, expected)
    }
  })
})
