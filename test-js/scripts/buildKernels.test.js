import { equal } from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { knowsAmx } from '../../js-bindings/scripts/buildKernels.js'

describe('knowsAmx', () => {
  /** @type {string} */
  let folder
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-amx-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** @param {string} script what a compiler does, in sh */
  const compiler = (script) => {
    const file = join(folder, 'cc')
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
    return { program: file, args: [], env: {}, isZig: false }
  }

  it('is so if the compiler takes the options and the instruction', () => {
    equal(knowsAmx(compiler('[ "$1 $2" = "-mamx-tile -mamx-bf16" ] && grep -q tilerelease')), true)
  })

  it('is not so if the compiler refuses the options', () => {
    equal(knowsAmx(compiler('case "$*" in *-mamx*) exit 1; esac')), false)
  })

  it('is not so if there is no compiler', () => {
    equal(knowsAmx({ program: join(folder, 'no-such-compiler'), args: [], env: {}, isZig: false }), false)
  })
})
