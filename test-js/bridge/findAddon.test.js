import { equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findAddon, loadAddon } from '../../js-bindings/lib/bridge/findRuntime.js'

describe('findAddon', () => {
  it('finds the addon that was built', () => {
    equal(findAddon().endsWith('/js-bindings/build/realm.node'), true)
  })

  it('says where it looked, and what to do', () => {
    throws(() => findAddon({ built: '/nowhere/realm.node' }), {
      code: 'ADDON_NOT_FOUND',
      message: new RegExp(
        `Searched: /nowhere/realm.node; the package @realm-ai/addon-${process.platform}-${process.arch}\\. Run`,
      ),
    })
  })
})

describe('loadAddon', () => {
  it("gives the system's reason if the file is no addon", () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-addon-'))
    try {
      const file = join(folder, 'realm.node')
      writeFileSync(file, 'this is no library')
      throws(() => loadAddon(file), {
        code: 'ADDON_NOT_FOUND',
        message:
          /does not load on this .*: .*(invalid ELF header|file too short|not a mach-o).*npm run build/is,
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
