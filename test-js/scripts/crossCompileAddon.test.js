import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemOf } from '../../js-bindings/lib/bridge/platforms.js'
import { crossCompileAddon } from '../../js-bindings/scripts/buildAddon.js'
import { newestGlibc } from '../../js-bindings/scripts/pack/glibc.js'
import { platforms } from '../../js-bindings/scripts/platforms.js'
import { testCache } from '../../js-bindings/scripts/pythonEnvironment.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'

/** What the addon is entered by: by Node, by other copies of it, and by the Java virtual machine. */
const ENTRIES = [
  'Agent_OnLoad',
  'napi_register_module_v1',
  'node_api_module_get_api_version_v1',
  'realm_addon_entry_1',
]

/** Libraries of the system itself: no C++ library among them, and on Windows no program. */
const LIBRARIES = {
  linux: /^(lib(c|m|dl|pthread|rt)\.so(\.\d+)?|ld-linux.*\.so\.\d)$/,
  darwin: /^\/usr\/lib\/libSystem\.B\.dylib$/,
  win32: /^(kernel32|api-ms-win-crt-[\w-]+)\.dll$/i,
}

describe('crossCompileAddon', function () {
  // A C++ library is compiled the first time.
  this.timeout(15 * 60_000)

  /** @type {string} */
  let folder
  before(function () {
    if (process.env.REALM_TEST_THOROUGH !== 'true') this.skip() // Compiling for seven systems takes minutes.
    folder = mkdtempSync(join(tmpdir(), 'realm-cross-'))
  })
  after(() => folder && rmSync(folder, { recursive: true }))

  for (const platform of platforms) {
    it(`makes a file for ${platform.name} that asks for nothing which that lacks`, () => {
      const file = join(folder, `${platform.name}.node`)
      crossCompileAddon(file, platform)
      const bytes = readFileSync(file)
      equal(systemOf(bytes), `${platform.os}-${platform.cpu}`)

      const text = bytes.toString('latin1')
      for (const path of [projectRoot, `${homedir()}/`, testCache, tmpdir()]) {
        equal(text.includes(path), false, path)
      }
      for (const name of ENTRIES) ok(text.includes(name), name)
      const libraries = librariesOf(text, platform.os, file)
      ok(libraries.length > 0)
      deepEqual(
        libraries.filter((name) => !LIBRARIES[platform.os].test(name)),
        [],
      )
      if (platform.os === 'linux') {
        deepEqual(symbols(file), ENTRIES)
        const newest = newestGlibc(bytes)
        equal(newest === undefined, platform.libc === 'musl')
        if (newest !== undefined) ok(newest[0] === 2 && newest[1] <= 28, newest.join('.'))
      }
    })
  }
})

/**
 * The libraries that a file names.
 *
 * @param {string} text its bytes
 * @param {'linux' | 'darwin' | 'win32'} os
 * @param {string} file
 */
function librariesOf(text, os, file) {
  if (os === 'win32') return [...text.matchAll(/[\w.-]+\.(dll|exe)(?=\0)/gi)].map(([name]) => name)
  if (os === 'darwin') return [...text.matchAll(/\/[\w./-]+\.dylib(?=\0)/g)].map(([name]) => name)
  return [...run('readelf', ['-dW', file]).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1])
}

/** @param {string} file of ELF */
function symbols(file) {
  const lines = run('readelf', ['--dyn-syms', '-W', file]).split('\n')
  const defined = lines.filter((line) => / GLOBAL | WEAK /.test(line) && !/ (UND|HIDDEN) /.test(line))
  return defined.map((line) => line.trim().split(/\s+/)[7].replace(/@.*/, '')).sort()
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, stdout, error } = spawnSync(program, args, { encoding: 'utf8' })
  equal(status, 0, `${program}: ${error}`)
  return stdout
}
