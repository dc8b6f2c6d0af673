import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseSource } from '../js-bindings/lib/source/parseSource.js'
import { testModel } from './testModel.js'

/**
 * Gives the tests of a suite, and the processes that they start, a model cache that holds the real model under its catalog
 * name and nothing else. Where there is no such file, the suite is skipped with the reason.
 */
export function cachedTestModel() {
  const usual = process.env.XDG_CACHE_HOME
  /** @type {string | undefined} */
  let cache
  before(function () {
    const model = resolve(testModel(this))
    cache = mkdtempSync(join(tmpdir(), 'realm-cache-'))
    process.env.XDG_CACHE_HOME = cache
    const [{ path }] = parseSource('smollm2-135m-instruct').files
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(model, path)
  })
  after(() => {
    if (cache === undefined) return
    if (usual === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = usual
    rmSync(cache, { recursive: true })
  })
}
