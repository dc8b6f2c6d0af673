import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { AbortError } from '../../js-bindings/lib/errors/AbortError.js'
import { RealmError } from '../../js-bindings/lib/errors/RealmError.js'
import { TextStream } from '../../js-bindings/lib/generation/TextStream.js'
import { generated } from '../fixture/loadedModel.js'

/** A generation that a test drives by hand. Like a real one, an abort ends it only some time later. */
class Driven {
  starts = 0
  ended = false

  start = ({ signal, onText, onPart }) => {
    this.starts++
    this.onPart = onPart
    this.signal = signal
    this.onText = onText
    return new Promise((resolve, reject) => {
      this.resolve = (result) => this.#end(() => resolve(result))
      this.reject = (error) => this.#end(() => reject(error))
      const stop = () =>
        setImmediate(() => this.reject(new AbortError(signal.reason, generated('part', 'abort'))))
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop)
    })
  }

  #end(settle) {
    this.ended = true
    settle()
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const DONE = { done: true, value: undefined }

describe('TextStream', () => {
  /** @type {Driven} */
  let driven
  beforeEach(() => {
    driven = new Driven()
  })

  it('gives the pieces in order, and the result at the end', async () => {
    const stream = new TextStream(driven.start)
    const first = stream.next()
    driven.onText('a')
    driven.onText('b')
    const result = generated('ab')
    driven.resolve(result)
    assert.deepEqual(await first, { done: false, value: 'a' })
    assert.deepEqual(await stream.next(), { done: false, value: 'b' })
    assert.deepEqual(await stream.next(), { done: true, value: result })
    assert.deepEqual(await stream.next(), DONE)
    assert.equal(driven.starts, 1)
  })

  it('gives its pieces as events with what belongs to them, and the result at last', async () => {
    const logprobs = [{ token: 'a', id: 1, logprob: -1, bytes: [97], top: [] }]
    const stream = new TextStream(driven.start)
    const events = []
    const read = (async () => {
      for await (const event of stream.events()) events.push(event)
    })()
    await settled()
    driven.onText('x')
    driven.onPart({ text: 'a', logprobs })
    driven.onPart({ text: '', logprobs })
    const result = generated('xa')
    driven.resolve(result)
    await read
    assert.deepEqual(events, [
      { type: 'text', text: 'x' },
      { type: 'text', text: 'a', logprobs },
      { type: 'text', text: '', logprobs },
      { type: 'finish', result },
    ])
  })

  it('leaves out of the loop over its pieces what has no text', async () => {
    const stream = new TextStream(async ({ onPart }) => {
      for (const text of ['', 'a', '', 'b', '']) onPart({ text, logprobs: [] })
      return generated('ab')
    })
    const pieces = []
    for await (const piece of stream) pieces.push(piece)
    assert.deepEqual(pieces, ['a', 'b'])
  })

  it('stops the generation where the loop over its events is left', async () => {
    const stream = new TextStream(driven.start)
    const read = (async () => {
      for await (const _ of stream.events()) break
    })()
    await settled()
    driven.onText('x')
    await read
    assert.ok(driven.signal.aborted && driven.ended)
  })

  it('serves a for-await loop', async () => {
    const stream = new TextStream(async ({ onText }) => {
      for (const piece of ['one ', 'two ', 'three']) {
        onText(piece)
        await settled()
      }
      return generated('one two three')
    })
    let text = ''
    for await (const piece of stream) text += piece
    assert.equal(text, 'one two three')
  })

  it('starts nothing before it is read', async () => {
    const stream = new TextStream(driven.start)
    assert.deepEqual(await stream.return(), DONE)
    assert.deepEqual(await stream.next(), DONE)
    assert.equal(driven.starts, 0)
  })

  it('serves several next() at once in their order', async () => {
    const stream = new TextStream(driven.start)
    const steps = [stream.next(), stream.next(), stream.next(), stream.next()]
    driven.onText('a')
    const late = stream.next()
    driven.onText('b')
    driven.onText('c')
    driven.resolve(generated('abc'))
    const values = await Promise.all([...steps, late])
    assert.deepEqual(
      values.slice(0, 3).map(({ value }) => value),
      ['a', 'b', 'c'],
    )
    assert.deepEqual(values[3], { done: true, value: generated('abc') })
    assert.deepEqual(values[4], DONE)
  })

  it('stops the generation when the loop is left, and waits for its end', async () => {
    const stream = new TextStream(driven.start)
    setImmediate(() => driven.onText('a'))
    for await (const piece of stream) {
      assert.equal(piece, 'a')
      driven.onText('unread')
      break
    }
    assert.equal(driven.signal.aborted, true)
    assert.equal(driven.ended, true)
    assert.deepEqual(await stream.next(), DONE)
  })

  it('ends a next() that waits when return() is called', async () => {
    const stream = new TextStream(driven.start)
    const waiting = stream.next()
    assert.deepEqual(await stream.return(), DONE)
    assert.deepEqual(await waiting, DONE)
    assert.equal(driven.ended, true)
  })

  it('stops at throw() and rejects with its error', async () => {
    const stream = new TextStream(driven.start)
    stream.next()
    const error = new Error('enough')
    await assert.rejects(stream.throw(error), error)
    assert.equal(driven.ended, true)
  })

  it('stops at the end of an await using block', async () => {
    const stream = new TextStream(driven.start)
    stream.next()
    await stream[Symbol.asyncDispose]()
    assert.equal(driven.ended, true)
  })

  it('rejects with an AbortError after the pieces that were made', async () => {
    const controller = new AbortController()
    const stream = new TextStream(driven.start, controller.signal)
    const first = stream.next()
    driven.onText('a')
    driven.onText('b')
    controller.abort('the user left')
    assert.deepEqual(await first, { done: false, value: 'a' })
    await settled()
    assert.deepEqual(await stream.next(), { done: false, value: 'b' })
    await assert.rejects(stream.next(), (error) => {
      assert.ok(error instanceof AbortError)
      assert.equal(error.cause, 'the user left')
      assert.equal(error.result.finishReason, 'abort')
      return true
    })
    assert.deepEqual(await stream.next(), DONE)
  })

  it('rejects at once where the signal was aborted before', async () => {
    const stream = new TextStream(driven.start, AbortSignal.abort('early'))
    await assert.rejects(stream.next(), { name: 'AbortError', code: 'ABORTED', cause: 'early' })
  })

  it('rejects with the error of the generation, once, and not as an unhandled rejection', async () => {
    const stream = new TextStream(driven.start)
    const first = stream.next()
    driven.onText('a')
    driven.onText('b')
    const error = new RealmError('OUT_OF_MEMORY', 'no room')
    driven.reject(error)
    await settled()
    assert.deepEqual(await first, { done: false, value: 'a' })
    assert.deepEqual(await stream.next(), { done: false, value: 'b' })
    await assert.rejects(stream.next(), error)
    assert.deepEqual(await stream.next(), DONE)
    assert.deepEqual(await stream.return(), DONE)
  })

  it('does not lose an error that nobody has seen when it is left', async () => {
    const stream = new TextStream(driven.start)
    stream.next()
    driven.onText('a')
    const error = new RealmError('OUT_OF_MEMORY', 'no room')
    driven.reject(error)
    await assert.rejects(stream.return(), error)
  })

  describe('result', () => {
    it('is the whole result, before, while and after the pieces are read', async () => {
      const stream = new TextStream(driven.start)
      const early = stream.result
      driven.onText('a')
      const result = generated('a')
      driven.resolve(result)
      assert.equal(await early, result)
      let text = ''
      for await (const piece of stream) text += piece
      assert.equal(text, 'a')
      assert.equal(await stream.result, result)
      assert.equal(driven.starts, 1)
    })

    it('rejects with the error of the generation', async () => {
      const stream = new TextStream(driven.start)
      const first = stream.next()
      const error = new RealmError('OUT_OF_MEMORY', 'no room')
      driven.reject(error)
      await assert.rejects(first, error)
      await assert.rejects(stream.result, error)
    })

    it('rejects with an AbortError that has what was made, where the loop was left', async () => {
      const stream = new TextStream(driven.start)
      setImmediate(() => driven.onText('a'))
      for await (const _ of stream) break
      await assert.rejects(stream.result, (error) => error.result.finishReason === 'abort')
    })

    it('rejects where the stream was closed before it was read, and starts nothing', async () => {
      const stream = new TextStream(driven.start)
      await stream.return()
      await assert.rejects(stream.result, { code: 'ABORTED' })
      assert.equal(driven.starts, 0)
    })

    it('that nobody waits for is no unhandled rejection', async () => {
      const unhandled = []
      const note = (reason) => unhandled.push(reason)
      process.on('unhandledRejection', note)
      try {
        const stream = new TextStream(driven.start)
        const { result } = stream
        assert.ok(result instanceof Promise)
        driven.reject(new RealmError('OUT_OF_MEMORY', 'no room'))
        await settled()
        await settled()
        assert.deepEqual(unhandled, [])
      } finally {
        process.off('unhandledRejection', note)
      }
    })
  })

  it('leaves no listener on the signal, over thousands of streams', async () => {
    const { signal } = new AbortController()
    const listeners = () => getEventListeners(signal, 'abort').length
    for (let i = 0; i < 3000; i++) {
      const run = new Driven()
      const stream = new TextStream(run.start, signal)
      const step = stream.next()
      assert.equal(listeners(), 1)
      if (i % 3 === 0) {
        run.resolve(generated(''))
        await step
      } else if (i % 3 === 1) {
        run.reject(new RealmError('INTERNAL', 'x'))
        await assert.rejects(step)
      } else {
        await stream.return()
      }
      assert.equal(listeners(), 0)
    }
  })
})
