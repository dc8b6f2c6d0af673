import assert from 'node:assert/strict'
import { startBridge } from '../../js-bindings/lib/bridge/startBridge.js'
import {
  AbortError,
  closeSession,
  computeLogits,
  embedTokens,
  forwardLayer,
  getModelInfo,
  getTensor,
  openSession,
  removeModel,
  storeModel,
} from '../../js-bindings/lib/index.js'
import { conformancePath } from '../fixture/conformance.js'
import { refusal } from '../fixture/refusal.js'

const IDS = [1, 285, 290, 261, 263]

describe('Signals of the calls on stored models', () => {
  let model = 0
  let session = 0
  /** @type {Float32Array} */
  let states
  before(async () => {
    model = await storeModel(conformancePath('models/tiny.gguf'))
    session = await openSession(model, 16)
    states = await embedTokens(model, IDS)
  })
  after(async () => {
    await closeSession(session)
    await removeModel(model)
  })

  const calls = {
    getModelInfo: (options) => getModelInfo(model, options),
    getTensor: (options) => getTensor(model, 'blk.0.attn_q.weight', options),
    embedTokens: (options) => embedTokens(model, IDS, options),
    openSession: (options) => openSession(model, 8, options),
    forwardLayer: (options) => forwardLayer(session, 0, states, 0, options),
    computeLogits: (options) => computeLogits(model, states, options),
  }
  for (const [name, call] of Object.entries(calls)) {
    const isAborted = (reason) => (error) => {
      assert.ok(error instanceof AbortError)
      assert.equal(error.cause, reason)
      return true
    }

    it(`stop ${name}`, async () => {
      await assert.rejects(call({ signal: AbortSignal.abort('before') }), isAborted('before'))
      const controller = new AbortController()
      const called = call({ signal: controller.signal })
      controller.abort('after')
      await assert.rejects(called, isAborted('after'))
    })

    it(`leave ${name} alone that are not aborted, and are left alone`, async () => {
      const { signal } = new AbortController()
      const listened = { added: 0, removed: 0 }
      signal.addEventListener = () => listened.added++
      signal.removeEventListener = () => listened.removed++
      const result = await call({ signal })
      if (name === 'openSession') await closeSession(result)
      assert.deepEqual(listened, { added: 1, removed: 1 })
      assert.ok(result)
    })

    it(`of ${name} are checked, and so are its options`, async () => {
      await assert.rejects(call({ signal: 1 }), refusal('INVALID_ARGUMENT', /^signal: received 1/))
      await assert.rejects(
        call({ sginal: undefined }),
        refusal('INVALID_ARGUMENT', `the options of ${name}: received the unknown name "sginal"`),
      )
    })
  }

  it('leave nothing behind, whenever they are aborted', async () => {
    const results = async () => (await startBridge()).call('hostFigures', {}).results
    const controller = new AbortController()
    const { signal } = controller
    const before = await results()
    const many = Array.from({ length: 200 }, () => embedTokens(model, IDS, { signal }))
    await many[0]
    controller.abort()
    let taken = 0
    for (const each of await Promise.allSettled(many)) {
      if (each.status === 'rejected') assert.ok(each.reason instanceof AbortError)
      else taken += Number(each.value.length === states.length)
    }
    // Each that was handed out is let go once it is collected.
    assert.ok((await results()) <= before + taken)
    assert.deepEqual(await embedTokens(model, IDS), states)
  })
})
