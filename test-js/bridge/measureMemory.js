import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel, removeModel, storeModel } from '../../js-bindings/lib/index.js'
import { tinyLlama } from '../fixture/tinyLlama.js'

// node test-js/bridge/measureMemory.js [MODEL] [ROUNDS]: how far the process grows while one model after another comes and
// goes. It fails where a way grows by more than 30 MB from the tenth round to the last. Default: a tiny model with a
// vocabulary of 150,000 tokens, 100 rounds.

const LARGEST_GROWTH = 30 * 2 ** 20
/** After them all is compiled and allocated that stays. */
const SETTLED = 10

const rounds = Number(process.argv[3] ?? 100)
const folder = mkdtempSync(join(tmpdir(), 'realm-memory-'))

/** @returns {string} the file of the tiny model */
function tiny() {
  const path = join(folder, 'tiny.gguf')
  writeFileSync(path, tinyLlama({ vocabularySize: 150_000 }))
  return path
}

const model = process.argv[2] || tiny()
const cut = join(folder, 'cut.gguf')
writeFileSync(cut, tinyLlama({ vocabularySize: 150_000 }))
truncateSync(cut, 30_000_000)

/** @type {Record<string, () => Promise<unknown>>} */
const ways = {
  'load and dispose': async () => (await loadModel(model)).dispose(),
  'a load that fails': () =>
    loadModel(cut).then(
      () => Promise.reject(new Error(`${cut} was loaded`)),
      () => undefined,
    ),
  'store and remove': async () => removeModel(await storeModel(model)),
}

const megabytes = (/** @type {number} */ bytes) => `${(bytes / 2 ** 20).toFixed(0)} MB`

try {
  for (const [name, round] of Object.entries(ways)) {
    for (let i = 0; i < SETTLED; i++) await round()
    const before = process.memoryUsage.rss()
    let most = before
    for (let i = SETTLED; i < rounds; i++) {
      await round()
      most = Math.max(most, process.memoryUsage.rss())
    }
    const growth = process.memoryUsage.rss() - before
    console.log(
      `${name}: ${megabytes(before)}, ${megabytes(growth)} more at the end, ${megabytes(most)} at most`,
    )
    if (growth > LARGEST_GROWTH) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
