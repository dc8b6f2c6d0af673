import { throws } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileAddon } from '../../js-bindings/scripts/buildAddon.js'

describe('compileAddon', () => {
  /** @type {string} */
  let folder
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-compile-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** @param {object} options */
  const attempt = (options) => () => compileAddon(join(folder, 'realm.node'), options)

  it('says that there is no compiler, and how to get one', () => {
    throws(attempt({ compiler: { program: 'no-such-compiler' } }), {
      message: /no-such-compiler is not on the PATH: install a C\+\+ compiler .* or set CXX to one/,
    })
  })

  it('says that the compiler failed', () => {
    throws(attempt({ compiler: { program: 'false' } }), { message: /^false could not build the addon/ })
  })

  it('says that a Java runtime is not all of a JDK', () => {
    throws(attempt({ jdk: folder }), {
      message: `${folder} has no include/jni.h, so it is only a part of a JDK: install all of JDK 25`,
    })
  })
})
