import assert from 'node:assert/strict'
import { ServedModels } from '../../js-bindings/lib/server/models/ServedModels.js'

/** A loader whose models only note what becomes of them. */
function loader() {
  /** @type {string[]} */
  const events = []
  return {
    events,
    /** @param {any} setting */
    async load({ source }) {
      if (source === 'broken') throw new Error('broken')
      events.push(`load ${source}`)
      return /** @type {any} */ ({ source, dispose: async () => events.push(`dispose ${source}`) })
    },
  }
}

const never = new AbortController().signal

/** @param {string[]} names @param {object} [options] */
function served(names, { maxLoaded = Number.POSITIVE_INFINITY, keepAlive = Number.POSITIVE_INFINITY } = {}) {
  const { events, load } = loader()
  const models = new ServedModels(new Map(names.map((name) => [name, { source: name }])), {
    load,
    isLoaded: /** @type {any} */ (() => false),
    keepAlive,
    maxLoaded,
  })
  const acquire = (/** @type {string} */ name, options = {}) =>
    models.acquire(name, { signal: never, ...options })
  return { models, events, acquire }
}

/** Lets what is due happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('Served models', () => {
  it('are loaded once for all that ask', async () => {
    const { events, acquire, models } = served(['a', 'b'])
    const [one, two] = await Promise.all([acquire('a'), acquire('a:latest')])
    assert.equal(one.model, two.model)
    assert.deepEqual(events, ['load a'])
    assert.throws(() => models.entry('c'), { code: 'model_not_found', message: /a, b/ })
    await models.close()
    assert.deepEqual(events, ['load a', 'dispose a'])
  })

  it('make room for others: the least recently used that nobody has goes', async () => {
    const { events, acquire } = served(['a', 'b', 'c'], { maxLoaded: 2 })
    const a = await acquire('a')
    const b = await acquire('b')
    b.release()
    a.release()
    ;(await acquire('b')).release()
    await acquire('c')
    assert.deepEqual(events, ['load a', 'load b', 'dispose a', 'load c'])
  })

  it('wait where all are at work', async () => {
    const { events, acquire } = served(['a', 'b', 'c'], { maxLoaded: 1 })
    const a = await acquire('a')
    const waiting = [acquire('b'), acquire('c')]
    await settle()
    assert.deepEqual(events, ['load a'])
    a.release()
    const b = await waiting[0]
    await settle()
    assert.deepEqual(events, ['load a', 'dispose a', 'load b'])
    b.release()
    await waiting[1]
    assert.deepEqual(events, ['load a', 'dispose a', 'load b', 'dispose b', 'load c'])
  })

  it('are let go of by who no longer waits', async () => {
    const { acquire, models } = served(['a', 'b'], { maxLoaded: 1 })
    const a = await acquire('a')
    const left = new AbortController()
    const waiting = acquire('b', { signal: left.signal })
    await settle()
    left.abort()
    await assert.rejects(waiting, { code: 'ABORTED' })
    a.release()
    await models.close()
  })

  it('are unloaded once nobody has used them for a while, or at once', async () => {
    const { events, acquire } = served(['a'], { keepAlive: 0 })
    const first = await acquire('a')
    first.release()
    first.release()
    while (events.length < 2) await settle()
    const second = await acquire('a', { keepAlive: Number.POSITIVE_INFINITY })
    second.release()
    await settle()
    ;(await acquire('a', { keepAlive: 0 })).release()
    while (events.length < 4) await settle()
    assert.deepEqual(events, ['load a', 'dispose a', 'load a', 'dispose a'])
  })

  it('that fail to load may be asked for again, and take no place', async () => {
    const { events, acquire } = served(['broken', 'a'], { maxLoaded: 1 })
    await assert.rejects(acquire('broken'), /broken/)
    await assert.rejects(acquire('broken'), /broken/)
    await acquire('a')
    assert.deepEqual(events, ['load a'])
  })
})
