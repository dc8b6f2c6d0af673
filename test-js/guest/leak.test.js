import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { startBridge } from '../../js-bindings/lib/bridge/startBridge.js'
import { createGuest, loadModel } from '../../js-bindings/lib/index.js'
import { rounds } from '../fixture/rounds.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { buildTestGuest } from './buildTestGuest.js'

/** How many guests come and go. */
const CYCLES = rounds(40, 1000)
const WARM_UP = 20
const SCRIPT = "const info = () => realm.models[0].tokenize('the').length"

const openFiles = () => readdirSync('/proc/self/fd').length
const threads = () => readdirSync('/proc/self/task').length

describe('Guests that come and go', function () {
  this.timeout(200_000)
  const file = withTinyModel()

  for (const engine of /** @type {const} */ (['graaljs', 'graalwasm', 'wasm'])) {
    it(`leave nothing behind in ${engine}`, async () => {
      const bridge = await startBridge()
      const model = await loadModel(file.path, { threads: 1 })
      const source = engine === 'graaljs' ? SCRIPT : await buildTestGuest()
      const cycle = async () => {
        const guest = await createGuest({ engine, source, grants: { models: [model] } })
        const result = await guest.call('info', ...(engine === 'graaljs' ? [] : guest.models))
        assert.equal(typeof result, 'number')
        await guest.close()
      }
      for (let i = 0; i < WARM_UP; i++) await cycle()
      const before = { files: openFiles(), threads: threads(), memory: process.memoryUsage.rss() }
      for (let i = 0; i < CYCLES; i++) await cycle()
      assert.ok(openFiles() <= before.files + 4, `${openFiles()} open files, before ${before.files}`)
      assert.ok(threads() <= before.threads + 8, `${threads()} threads, before ${before.threads}`)
      const grown = process.memoryUsage.rss() - before.memory
      assert.ok(grown < 100 * 2 ** 20, `${grown} more resident bytes`)
      assert.equal(bridge.call('hostFigures', {}).guests, 0)
      // It waits until no guest holds the model.
      await model.dispose()
      assert.equal(bridge.call('hostFigures', {}).models, 0)
    })
  }
})
