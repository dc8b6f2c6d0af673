import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { platformName } from '../../js-bindings/lib/bridge/platforms.js'
import { detectRuntime } from '../../js-bindings/lib/index.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'

/** Runs a program in a process of its own; gives what it prints as JSON. */
function printed(program, { env = {}, lib = join(projectRoot, 'js-bindings/lib') } = {}) {
  const index = JSON.stringify(pathToFileURL(join(lib, 'index.js')))
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `const realm = await import(${index})\n${program}`],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  )
  assert.deepEqual([stderr, status], ['', 0])
  return JSON.parse(stdout)
}

const DETECT = 'console.log(JSON.stringify(await realm.detectRuntime()))'

describe('detectRuntime', () => {
  /** @type {string} */
  let bridge
  before(async () => {
    bridge = (await detectRuntime()).bridge
  })

  /** @param {Mocha.Context} test */
  const skipInJava = (test) => {
    if (bridge === 'javet') test.skip() // Java runs before Node does: there is no start that could fail.
  }

  it('starts the engine and tells what it runs on, after which guests can be made', () => {
    const { info, models } = printed(`
      const info = await realm.detectRuntime()
      const { models } = realm.hostImports(new WebAssembly.Memory({ initial: 1 }))
      console.log(JSON.stringify({ info, models }))`)
    assert.match(info.java, /^2[5-9]\./)
    assert.deepEqual(Object.keys(info), ['bridge', 'java', 'kernels', 'reason'])
    assert.equal(info.bridge, bridge)
    assert.match(bridge, /^(addon|javet)$/)
    assert.ok(info.kernels.length > 0 && info.reason.length > 0, JSON.stringify(info))
    assert.deepEqual(models, [])
  })

  it('tells why the virtual machine does not start', function () {
    skipInJava(this)
    const info = printed(DETECT, { env: { REALM_JAVA_OPTIONS: '-XX:+NoSuchOption' } })
    assert.match(info.reason, /did not start: .*NoSuchOption/)
    assert.deepEqual({ ...info, reason: '' }, { bridge: 'none', java: null, kernels: null, reason: '' })
  })

  it('tells of kernels that cannot be had', () => {
    const info = printed(DETECT, { env: { REALM_KERNELS: 'none-such' } })
    assert.equal(info.bridge, 'none')
    assert.match(info.reason, /^REALM_KERNELS is none-such, expected scalar, vector or native/)
  })

  it('tells all that was searched where nothing was built or installed, as the error of loadModel does', function () {
    skipInJava(this)
    const folder = mkdtempSync(join(tmpdir(), 'realm-unbuilt-'))
    const lib = join(folder, 'js-bindings/lib')
    try {
      mkdirSync(lib, { recursive: true })
      cpSync(join(projectRoot, 'js-bindings/lib'), lib, { recursive: true })
      cpSync(join(projectRoot, 'package.json'), join(folder, 'package.json'))
      symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
      const { info, error } = printed(
        `const info = await realm.detectRuntime()
        const error = await realm.loadModel(${JSON.stringify(new URL(import.meta.url).pathname)}).catch(
          ({ code, message }) => ({ code, message }))
        console.log(JSON.stringify({ info, error }))`,
        { lib },
      )
      assert.deepEqual({ ...info, reason: '' }, { bridge: 'none', java: null, kernels: null, reason: '' })
      assert.deepEqual(error, { code: 'ADDON_NOT_FOUND', message: info.reason })
      for (const part of [
        join(folder, 'js-bindings/build/realm.node'),
        `the package @realm-ai/addon-${platformName()}`,
        `there is no ${join(folder, 'js-bindings/build/realm-engine.jar')}`,
        'What was found: Java ',
      ]) {
        assert.ok(info.reason.includes(part), `${part} is not in: ${info.reason}`)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
