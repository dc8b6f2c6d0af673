import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageFolder } from '../js-bindings/lib/packageFolder.js'
import { projectRoot } from '../js-bindings/scripts/runProgram.js'

describe('packageFolder', () => {
  let folder = ''
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'realm-folder-')))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /**
   * @param {string} place
   * @param {string} [name]
   */
  function writePackage(place, name = 'realm-ai') {
    const path = join(folder, place)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name }))
    return path
  }

  /** @param {string[]} path */
  const address = (...path) => pathToFileURL(join(folder, ...path)).href
  const without = (/** @type {string | undefined} */ path) => path?.replace(/[\\/]$/, '')

  it('is around the file', () => {
    assert.equal(without(packageFolder()), projectRoot)
  })

  it('is what is installed where the bundle lies', () => {
    const installed = writePackage('app/node_modules/realm-ai')
    writePackage('app', 'app')
    assert.equal(packageFolder(address('app/dist/server/main.js'), '-'), installed)
  })

  it('is what is installed where the program lies, if the bundle names a place that is gone', () => {
    const installed = writePackage('app/node_modules/realm-ai')
    const gone = address('gone/node_modules/realm-ai/js-bindings/lib/packageFolder.js')
    assert.equal(packageFolder(gone, join(folder, 'app/dist/main.js')), installed)
  })

  it('is none in a bundle far from it, whatever the working folder holds', () => {
    assert.equal(packageFolder(address('dist/main.js'), join(folder, 'dist/main.js')), undefined)
    assert.equal(packageFolder(address('dist/main.js'), '-'), undefined)
  })

  it("is beside an archive of Electron's, where it was unpacked", () => {
    const inside = writePackage('app.asar/node_modules/realm-ai')
    const file = address('app.asar/node_modules/realm-ai/js-bindings/lib/packageFolder.js')
    assert.equal(without(packageFolder(file, '-')), inside)
    const unpacked = writePackage('app.asar.unpacked/node_modules/realm-ai')
    assert.equal(without(packageFolder(file, '-')), unpacked)
    assert.equal(unpacked.split(sep).includes('app.asar.unpacked'), true)
  })
})
