import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Gives each test of the suite an empty model cache of its own, and no way out of the loopback interface by a proxy.
 *
 * @returns {{ path: string }} `path`: the folder that XDG_CACHE_HOME names, during a test
 */
export function temporaryCache() {
  const cache = { path: '' }
  const names = [
    'XDG_CACHE_HOME',
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
    ...['HF_ENDPOINT', 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH', 'HF_HOME'],
  ]
  /** @type {Record<string, string | undefined>} */
  let before
  beforeEach(() => {
    before = Object.fromEntries(names.map((name) => [name, process.env[name]]))
    for (const name of names) delete process.env[name]
    cache.path = mkdtempSync(join(tmpdir(), 'realm-cache-'))
    process.env.XDG_CACHE_HOME = cache.path
  })
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    rmSync(cache.path, { recursive: true })
  })
  return cache
}
