import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  closeSession,
  forwardLayer,
  getModelInfo,
  openSession,
  removeModel,
  storeModel,
} from '../../js-bindings/lib/index.js'
import { conformancePath } from '../fixture/conformance.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { AbandoningWorker } from './fixture/abandon.js'
import { readHeld, readHeldOnce } from './fixture/readHeld.js'

describe('Guests and stored models of worker threads', () => {
  const file = withTinyModel()
  /** @type {number} */
  let shared
  before(async () => {
    shared = await storeModel(conformancePath('models/tiny.gguf'), 11)
  })
  after(() => removeModel(shared))

  /** @type {AbandoningWorker[]} */
  const started = []
  const start = async () => {
    const worker = new AbandoningWorker({ path: file.path, shared })
    started.push(worker)
    const [opened] = await once(worker, 'message')
    return { worker, opened }
  }

  // Also where a test fails: a worker that waits keeps the process from its end.
  afterEach(() => Promise.all(started.splice(0).map((worker) => worker.terminate())))

  it('are freed with their threads, whether these end by themselves or are terminated', async () => {
    const before = await readHeld()
    const workers = await Promise.all(Array.from({ length: 8 }, start))
    const during = await readHeld()
    assert.deepEqual(
      [during.guests, during.results, during.models],
      [before.guests + 8, before.results + 8, before.models + 1],
    )
    const ends = workers.map(({ worker }, index) => {
      if (index % 2 === 0) return worker.terminate()
      worker.postMessage('end')
      return once(worker, 'exit')
    })
    await Promise.all(ends)
    assert.deepEqual(await readHeldOnce(before), before)
    await assert.rejects(getModelInfo(workers[0].opened.id), refusal('MODEL_NOT_FOUND'))
    const states = new Float32Array(32)
    for (const session of workers[0].opened.sessions.slice(1)) {
      await assert.rejects(forwardLayer(session, 0, states, 0), refusal('SESSION_NOT_FOUND'))
    }
  })

  it('leave alone what others have stored and opened', async () => {
    const id = await storeModel(file.path)
    const session = await openSession(id, 8)
    const { guests, results } = await readHeld()
    const { worker, opened } = await start()
    assert.equal(opened.id, id, 'the same content has the same id in all threads')
    // The tensor that it has read stays in the cache with the model.
    const before = { ...(await readHeld()), guests, results }
    await worker.terminate()
    assert.deepEqual(await readHeldOnce(before), before)
    await forwardLayer(session, 0, new Float32Array(32), 0)
    await getModelInfo(id)
    await closeSession(session)
    await removeModel(id)
  })

  it('are closed and removed by their own threads alone', async () => {
    const { opened } = await start()
    const [, own, foreign] = opened.sessions
    await assert.rejects(
      removeModel(opened.id),
      refusal('MODEL_NOT_FOUND', /by the thread that has stored it/),
    )
    for (const session of [own, foreign]) {
      await assert.rejects(
        closeSession(session),
        refusal('SESSION_NOT_FOUND', /by the thread that has opened it/),
      )
    }
  })
})
