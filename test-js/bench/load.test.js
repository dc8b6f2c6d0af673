import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { formatLoad, measureLoad } from '../../js-bindings/bench/load/measureLoad.js'
import { randomNumbers } from '../../js-bindings/bench/load/randomNumbers.js'
import { formatSoak, soak } from '../../js-bindings/bench/load/soak.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('npm run bench -- --load and --soak', () => {
  const file = withTinyModel()
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async () => {
    model = await loadModel(file.path, { threads: 1, cacheMb: 4 })
  })
  after(() => model.dispose())
  const plan = { ms: 700, seed: 7, longest: 90, meanGapMs: 5, log: () => undefined }
  // Java's own memory still grows in so short a time.
  const without = (/** @type {string[]} */ faults) =>
    faults.filter((fault) => !fault.startsWith('resident memory'))

  it('measure a long prompt under texts that run', async () => {
    const load = { streams: 3, promptTokens: 150 }
    const found = await measureLoad(model, { ...load, quietMs: 200, token: 5 })
    for (const value of [found.quietFirstMs, found.loadedFirstMs, found.quietSpeed, found.quietGaps.p99])
      ok(value > 0, `${value}`)
    match(formatLoad(found, load), /^3 texts: [\d.]+ tokens\/s.*\n.*prompt of 150 tokens.*\n.*at most 3/)
    deepEqual([model.stats().running, model.stats().waiting], [0, 0])
  })

  it('hold what arrives at random to what it is alone', async () => {
    const found = await soak(model, plan)
    deepEqual(without(found.faults), [])
    ok(Object.values(found.done).reduce((sum, count) => sum + count, 0) >= 8)
    match(formatSoak({ ...found, faults: [] }, { minutes: 1, seed: 7 }), /seed 7.*\n.*\nno text differs/)
  })

  it('find a text that differs, and work that fails', async () => {
    let calls = 0
    const wrong = new Proxy(model, {
      get(target, name) {
        const own = Reflect.get(target, name)
        if (typeof own !== 'function') return own
        return async (/** @type {unknown[]} */ ...args) => {
          if (name === 'embed' && ++calls > 8) throw new Error('no vectors')
          const result = await own.apply(target, args)
          if (name === 'generate' && args[1]?.priority !== undefined) result.tokens[0]++
          return result
        }
      },
    })
    // Its short calls stay such.
    const broken = new Proxy(wrong, {
      get: (target, name) =>
        name === 'stats' || name === 'tokenize' ? model[name].bind(model) : Reflect.get(target, name),
    })
    const { faults } = await soak(broken, { ...plan, ms: 1500 })
    ok(faults.some((fault) => /^text \d+ is not what it is alone/.test(fault)))
    ok(faults.some((fault) => fault.startsWith('embed: Error: no vectors')))
    match(
      formatSoak({ done: {}, faults, mbPerMinute: 0, risenMb: 0 }, { minutes: 1, seed: 7 }),
      /\d+ faults$/,
    )
  })

  it('draw what a seed decides', () => {
    const drawn = (/** @type {number} */ seed) =>
      Array.from(
        { length: 9 },
        (
          (r) => () =>
            r(100)
        )(randomNumbers(seed)),
      )
    deepEqual(drawn(3), drawn(3))
    equal(JSON.stringify(drawn(3)) === JSON.stringify(drawn(4)), false)
  })
})
