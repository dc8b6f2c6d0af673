import assert from 'node:assert/strict'
import { openAiError } from '../../js-bindings/lib/server/errors/errorForms.js'
import { HttpError } from '../../js-bindings/lib/server/errors/HttpError.js'
import { EventStream } from '../../js-bindings/lib/server/streams/EventStream.js'
import { dataEvents, messageEvents } from '../../js-bindings/lib/server/streams/streamForms.js'
import { streamResponse } from '../../js-bindings/lib/server/streams/streamResponse.js'
import { ENDLESS, withServer } from './withServer.js'

const endless = { messages: [{ role: 'user', content: 'Hi' }], ...ENDLESS }

/** Waits until something holds; the test's own timeout ends that. @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('A client that leaves', () => {
  const served = withServer()
  /** Texts that have not ended: one that is not read soon waits for its reader. */
  const unended = () => served.model.stats().running + served.model.stats().paused

  it('has its stream stopped, long before its end', async () => {
    const before = served.model.stats().textTokens
    const left = new AbortController()
    const response = await served.post(
      '/v1/chat/completions',
      { ...endless, stream: true },
      { signal: left.signal },
    )
    const reader = response.body.getReader()
    await reader.read()
    assert.equal(unended(), 1)
    left.abort()
    await until(() => unended() === 0)
    assert.ok(served.model.stats().textTokens - before < 2000)
  })

  it('has several answers stopped', async () => {
    const left = new AbortController()
    const response = await served.post(
      '/v1/chat/completions',
      { ...endless, n: 3, stream: true },
      { signal: left.signal },
    )
    await response.body.getReader().read()
    left.abort()
    await until(() => unended() === 0)
  })

  it('has an answer stopped that it would have got as a whole', async () => {
    const left = new AbortController()
    const asked = served.post('/v1/chat/completions', endless, { signal: left.signal })
    asked.catch(() => undefined)
    await until(() => unended() === 1)
    left.abort()
    await until(() => unended() === 0)
    await assert.rejects(asked, { name: 'AbortError' })
  })
})

describe('A stream', () => {
  /** A call as a stream sees it. */
  const call = () => ({
    endpoint: { errors: openAiError },
    id: 'req_1',
    stopped: false,
    accepted: new Promise(() => undefined),
    ended: 0,
    stop() {
      this.stopped = true
    },
    end() {
      this.ended++
    },
  })

  /** @param {any} ofCall @param {any} form @param {AsyncGenerator<object>} events */
  const respond = (ofCall, form, events) =>
    streamResponse(ofCall, new EventStream(form, events), () => ({}), { pingMs: 5 })

  it('sends its headers, and pings, before there is an event', async () => {
    /** @type {(value?: unknown) => void} */
    let go
    const gate = new Promise((resolve) => {
      go = resolve
    })
    const own = call()
    const response = await respond(
      own,
      dataEvents,
      (async function* () {
        await gate
        yield { a: 1 }
      })(),
    )
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    assert.equal((await reader.read()).value, ': ping\n\n')
    assert.equal((await reader.read()).value, ': ping\n\n')
    go()
    let rest = ''
    for (let step = await reader.read(); !step.done; step = await reader.read()) rest += step.value
    assert.equal(rest.replaceAll(': ping\n\n', ''), 'data: {"a":1}\n\ndata: [DONE]\n\n')
    assert.equal(own.ended, 1)
  })

  it('makes no event before it is read but the next one', async () => {
    let made = 0
    const response = await respond(
      call(),
      dataEvents,
      (async function* () {
        for (;;) yield { made: ++made }
      })(),
    )
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(made, 1)
    const reader = response.body.getReader()
    await reader.read()
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(made, 2)
    await reader.cancel()
  })

  it('that fails at once is a refusal; later, an event in the form of its client', async () => {
    const failure = new HttpError('internal', 'It broke.')
    const fails = /** @type {any} */ ({ next: () => Promise.reject(failure) })
    await assert.rejects(respond(call(), dataEvents, fails), failure)
    const failsLater = async function* () {
      yield { type: 'message_start' }
      throw failure
    }
    const own = call()
    const text = await (await respond(own, messageEvents, failsLater())).text()
    assert.equal(
      text,
      'event: message_start\ndata: {"type":"message_start"}\n\n' +
        `event: error\ndata: ${JSON.stringify({ error: { message: 'It broke.', type: 'server_error', param: null, code: 'internal' } })}\n\n`,
    )
    assert.equal(own.ended, 1)
  })
})
