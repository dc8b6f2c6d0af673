import { deepEqual, equal, match } from 'node:assert/strict'
import { runProbe } from './fixture/runProbe.js'

describe('a job that JavaScript opens in Java', () => {
  it('sends its text in order and then its result', async () => {
    const { result, code } = await runProbe(async ({ bridge }) => {
      let text = ''
      const { sent } = await bridge.open(
        'stream',
        { count: 100_000, pauseMs: 0 },
        {
          onText: (piece) => {
            text += piece
          },
        },
      )
      const numbers = text.trim().split(' ').map(Number)
      return { sent, inOrder: numbers.length === sent && numbers.every((number, i) => number === i) }
    })
    deepEqual([code, result], [0, { sent: 100_000, inOrder: true }])
  })

  it('joins pieces of text while JavaScript is busy, and loses none', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      /** @type {string[]} */
      const pieces = []
      const job = bridge.open(
        'stream',
        { count: 1000, pauseMs: 0 },
        { onText: (piece) => pieces.push(piece) },
      )
      while (bridge.call('ended', {}).count === 0);
      await job
      return { pieces: pieces.length, length: pieces.join('').trim().split(' ').length }
    })
    deepEqual(result, { pieces: 1, length: 1000 })
  })

  it('gets a copy of bytes, whatever JavaScript does with its own', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      const bytes = new Uint8Array(100_000).fill(3)
      const sums = [bytes, bytes.subarray(10, 20), bytes.buffer, undefined].map((given) =>
        bridge.open('sum', {}, { bytes: given }),
      )
      bytes.fill(9)
      return Promise.all(sums)
    })
    deepEqual(result, [{ sum: 300_000 }, { sum: 30 }, { sum: 300_000 }, { sum: 0 }])
  })

  it('carries a text of 10 million characters, NULs and lone surrogates', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      const sent = `${'ä\u{1F600}\0'.repeat(2_500_000)}\uD83D`
      let text = ''
      const answer = await bridge.open(
        'echo',
        { text: sent },
        {
          onText: (piece) => {
            text += piece
          },
        },
      )
      return { text: text === sent, result: answer.text === sent }
    })
    deepEqual(result, { text: true, result: true })
  })

  it('tells how far it is, the newest state last', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      /** @type {number[]} */
      const states = []
      await bridge.open('progress', { count: 20_000 }, { onProgress: ({ done }) => states.push(done) })
      return { last: states.at(-1), rising: states.every((state, i) => i === 0 || state > states[i - 1]) }
    })
    deepEqual(result, { last: 20_000, rising: true })
  })

  it('rejects with what Java throws, and the process goes on', async () => {
    const { result, stderr } = await runProbe(
      async ({ bridge }) => {
        const errors = []
        for (const what of ['engine', 'memory', 'stack', 'defect']) {
          errors.push(await bridge.open('throw', { what }).catch(({ name, code }) => `${name} ${code}`))
        }
        errors.push(await bridge.open('unknown', {}).catch(({ code, message }) => `${code} ${message}`))
        return { errors, after: await bridge.open('echo', { text: 'alive' }) }
      },
      { env: { REALM_JAVA_OPTIONS: '-Xmx32m' } },
    )
    deepEqual(result.errors, [
      'RealmError TOKEN_OUT_OF_RANGE',
      'RealmError OUT_OF_MEMORY',
      'RealmError STACK_OVERFLOW',
      'RealmError INTERNAL',
      'NOT_FOUND no method unknown',
    ])
    deepEqual(result.after, { text: 'alive' })
    equal(stderr, '')
  })

  it('rejects what is no JSON object', async () => {
    const { result } = await runProbe(
      ({ addon }) =>
        new Promise((resolve) =>
          addon.open('echo', '[]', (kind, payload) => resolve([kind, JSON.parse(payload).code])),
        ),
    )
    deepEqual(result, [3, 'INTERNAL'])
  })

  it('is stopped by its signal, and then rejects with an AbortError that has what was done', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      const controller = new AbortController()
      let pieces = 0
      const job = bridge.open(
        'stream',
        { count: 1e9, pauseMs: 1 },
        {
          signal: controller.signal,
          onText: () => {
            if (++pieces === 3) controller.abort('enough')
          },
        },
      )
      const error = await job.catch((error) => error)
      // Of the third piece Java may hear of the abort before it counts it as sent.
      return [error.name, error.code, error.cause, error.result.sent >= 2, bridge.call('cancelled', {}).count]
    })
    deepEqual(result, ['AbortError', 'ABORTED', 'enough', true, 1])
  })

  it('does not begin if its signal is aborted already', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      const error = await bridge
        .open('wait', {}, { signal: AbortSignal.abort('early') })
        .catch((error) => error)
      return [error.name, error.cause, bridge.call('cancelled', {}).count]
    })
    deepEqual(result, ['AbortError', 'early', 0])
  })

  it('rejects with what a listener throws, and stops', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      let calls = 0
      const job = bridge.open(
        'stream',
        { count: 1e9, pauseMs: 1 },
        {
          onText() {
            calls++
            throw new RangeError('no more')
          },
        },
      )
      const error = await job.catch((error) => error)
      return [error.name, error.message, calls, bridge.call('cancelled', {}).count]
    })
    deepEqual(result, ['RangeError', 'no more', 1, 1])
  })

  it('can be cancelled often, after its end and under a number that no job has', async () => {
    const { result } = await runProbe(async ({ addon, bridge }) => {
      const events = await new Promise((resolve) => {
        /** @type {number[]} */
        const kinds = []
        const job = addon.open('wait', '{}', (kind) => {
          kinds.push(kind)
          addon.cancel(job)
          setImmediate(() => setImmediate(() => resolve(kinds)))
        })
        addon.cancel(job)
        addon.cancel(job)
        addon.cancel(12345)
        addon.cancel(-1)
      })
      return { events, cancelled: bridge.call('cancelled', {}).count }
    })
    deepEqual(result, { events: [3], cancelled: 1 })
  })

  it('shares the event loop with other jobs and with timers', async () => {
    const { result } = await runProbe(async ({ bridge }) => {
      const texts = ['', '', '']
      let ticks = 0
      const timer = setInterval(() => ticks++, 1)
      const jobs = texts.map((_, i) =>
        bridge.open(
          'stream',
          { count: 50_000, pauseMs: 0 },
          {
            onText: (piece) => {
              texts[i] += piece
            },
          },
        ),
      )
      await Promise.all(jobs)
      clearInterval(timer)
      return {
        same: texts.every((text) => text === texts[0]),
        length: texts[0].trim().split(' ').length,
        ticked: ticks > 0,
      }
    })
    deepEqual(result, { same: true, length: 50_000, ticked: true })
  })

  it('keeps the process alive until it ends, and nothing else does', async () => {
    const open = await runProbe(({ bridge }) => {
      bridge.open('stream', { count: 20, pauseMs: 5 }).then(({ sent }) => console.log(`sent ${sent}`))
    })
    match(open.stdout, /sent 20/)
    deepEqual([open.code, open.signal], [0, null])
  })

  it('makes what its event function throws an uncaught exception, and goes on', async () => {
    const { result } = await runProbe(async ({ addon }) => {
      /** @type {unknown[]} */
      const caught = []
      process.on('uncaughtException', (error) => caught.push(error.message))
      await new Promise((resolve) => {
        addon.open('echo', '{"text":"t"}', (kind) => {
          if (kind === 2) setImmediate(resolve)
          throw new Error(`kind ${kind}`)
        })
      })
      return caught
    })
    deepEqual(result, ['kind 1', 'kind 2'])
  })
})
