import assert from 'node:assert/strict'
import { EngineModel } from '../js-bindings/lib/EngineModel.js'
import { Model } from '../js-bindings/lib/Model.js'
import { FakeBridge } from './fixture/FakeBridge.js'
import { loadedModel } from './fixture/loadedModel.js'
import { refusal } from './fixture/refusal.js'

/** A model that does something else at each look, of these: the last for good. */
function modelThatDoes(...states) {
  let looks = 0
  const bridge = new FakeBridge({
    stats: () => ({
      promptTokensPerSecond: 0,
      textTokensPerSecond: 0,
      ...states[Math.min(looks++, states.length - 1)],
    }),
    release: () => ({}),
  })
  return { model: Model.of(new EngineModel(bridge, loadedModel())), looks: () => looks }
}

describe('Model.watchStats', () => {
  const intervalMs = 10

  it('gives what has changed, and ends with the model', async () => {
    const { model } = modelThatDoes({ running: 0 }, { running: 1 }, { running: 1 }, { running: 0 })
    const seen = []
    for await (const { running } of model.watchStats({ intervalMs })) {
      seen.push(running)
      if (seen.length === 3) await model.dispose()
    }
    assert.deepEqual(seen, [0, 1, 0])
  })

  it('counts speeds in whole tokens a second', async () => {
    const speeds = [3, 3.4, 2.6, 9].map((textTokensPerSecond) => ({ textTokensPerSecond }))
    const { model } = modelThatDoes(...speeds)
    const watched = model.watchStats({ intervalMs })
    assert.equal((await watched.next()).value?.textTokensPerSecond, 3)
    assert.equal((await watched.next()).value?.textTokensPerSecond, 9)
    await watched.return()
  })

  it('asks the engine for nothing before it is asked itself', async () => {
    const { model, looks } = modelThatDoes({ running: 0 })
    const watched = model.watchStats()
    assert.equal(looks(), 0)
    await watched.next()
    assert.equal(looks(), 1)
    await watched.return()
  })

  it('stops while it waits for a change', async () => {
    for (const stop of ['abort', 'dispose']) {
      const { model } = modelThatDoes({ running: 0 })
      const stopping = new AbortController()
      const watched = model.watchStats({ intervalMs: 2 ** 31 - 1, signal: stopping.signal })
      await watched.next()
      const next = watched.next()
      if (stop === 'abort') {
        stopping.abort()
        await assert.rejects(next, { name: 'AbortError' })
      } else {
        await model.dispose()
        assert.deepEqual(await next, { done: true, value: undefined })
      }
    }
  })

  it('is refused where an option is not one, or the model is gone', async () => {
    const { model } = modelThatDoes({})
    assert.throws(() => model.watchStats({ intervalMs: 9 }), refusal('INVALID_ARGUMENT', 'intervalMs'))
    assert.throws(() => model.watchStats({ signal: AbortSignal.abort() }), { name: 'AbortError' })
    await model.dispose()
    assert.throws(() => model.watchStats(), refusal('DISPOSED'))
  })
})
