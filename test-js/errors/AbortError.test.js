import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { AbortError, onAbort, throwIfAborted } from '../../js-bindings/lib/errors/AbortError.js'
import { RealmError } from '../../js-bindings/lib/errors/RealmError.js'

describe('AbortError', () => {
  it('is a RealmError named as the platform names its own, with the reason and the part made so far', () => {
    const result = {
      text: 'half',
      tokens: [7],
      usage: { promptTokens: 1, completionTokens: 1 },
      finishReason: 'abort',
      timings: {
        loadMs: 1,
        firstTokenMs: 1,
        prefillTokensPerSecond: 1,
        decodeTokensPerSecond: 1,
        drafted: 0,
        accepted: 0,
      },
    }
    const error = new AbortError('the user left', result)
    assert.ok(error instanceof RealmError)
    assert.equal(error.name, 'AbortError')
    assert.equal(error.code, 'ABORTED')
    assert.equal(error.cause, 'the user left')
    assert.equal(error.result, result)
  })
})

describe('throwIfAborted', () => {
  it('throws once the signal is aborted, with its reason', () => {
    const controller = new AbortController()
    throwIfAborted(undefined)
    throwIfAborted(controller.signal)
    controller.abort('enough')
    assert.throws(() => throwIfAborted(controller.signal), { name: 'AbortError', cause: 'enough' })
  })
})

describe('onAbort', () => {
  const listenersOf = (signal) => getEventListeners(signal, 'abort').length

  it('does every action once, with one listener on the signal', () => {
    const controller = new AbortController()
    const done = []
    for (let i = 0; i < 100; i++) onAbort(controller.signal, () => done.push(i))
    assert.equal(listenersOf(controller.signal), 1)
    controller.abort()
    assert.deepEqual(
      done,
      Array.from({ length: 100 }, (_, i) => i),
    )
  })

  it('forgets what is no longer wanted, and leaves no listener behind', () => {
    const controller = new AbortController()
    const done = []
    const action = () => done.push('same')
    const [first, second] = [onAbort(controller.signal, action), onAbort(controller.signal, action)]
    first()
    first()
    assert.equal(listenersOf(controller.signal), 1)
    second()
    assert.equal(listenersOf(controller.signal), 0)
    const third = onAbort(controller.signal, action)
    controller.abort()
    third()
    assert.deepEqual(done, ['same'])
  })

  it('lets an action take others back while they are done', () => {
    const controller = new AbortController()
    const done = []
    onAbort(controller.signal, () => {
      done.push(1)
      forget()
    })
    const forget = onAbort(controller.signal, () => done.push(2))
    controller.abort()
    assert.deepEqual(done, [1])
  })

  it('does nothing without a signal', () => {
    onAbort(undefined, () => assert.fail('nobody aborts'))()
  })
})
