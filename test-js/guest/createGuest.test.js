import assert from 'node:assert/strict'
import { AbortError, createGuest, Guest, loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { testModel } from '../testModel.js'
import { buildTestGuest } from './buildTestGuest.js'

/** A script with the functions of assembly/guest.ts. */
const SCRIPT = `
  const echo = (value) => value
  const generate = (model, prompt) =>
    realm.models[model].generate(prompt, { raw: true, maxTokens: 1, temperature: 0 }).text
  const add = (a, b) => a + b
  const loop = () => { for (;;); }
  const recurse = () => 1 + recurse()
  const trap = () => { throw new TypeError('on purpose') }
`

const CODES = { MODEL_NOT_FOUND: -6, QUOTA_EXCEEDED: -24 }

describe('createGuest', function () {
  this.timeout(120_000)
  const file = withTinyModel()
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  /** @type {Uint8Array} */
  let module
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
    module = await buildTestGuest()
  })
  after(() => model.dispose())

  const sourceOf = (engine) => (engine === 'graaljs' ? SCRIPT : module)

  /** Runs `use` with a guest, which is closed afterwards. */
  async function withGuest(options, use) {
    const guest = await createGuest({ source: sourceOf(options.engine), ...options })
    try {
      return await use(guest)
    } finally {
      await guest.close()
    }
  }

  for (const engine of /** @type {const} */ (['graaljs', 'graalwasm', 'wasm'])) {
    describe(engine, () => {
      /** The model as the guest names it. */
      const named = (guest) => (engine === 'graaljs' ? 0 : guest.models[0])

      it('carries JSON values both ways', async () => {
        await withGuest({ engine }, async (guest) => {
          assert.ok(guest instanceof Guest)
          const values = [{ a: [1, -2.5, null, true], b: { c: 'é中"\u0000' } }, 'text', [], {}, false, null]
          for (const value of values) assert.deepEqual(await guest.call('echo', value), value)
          assert.equal(await guest.call('add', 1, 0.5), 1.5)
          assert.equal(await guest.call('add', 3, 4), 7)
        })
      })

      it('runs calls one after another', async () => {
        await withGuest({ engine }, async (guest) => {
          const sums = await Promise.all([1, 2, 3, 4, 5].map((n) => guest.call('add', n, 1)))
          assert.deepEqual(sums, [2, 3, 4, 5, 6])
        })
      })

      it('ends a guest that loops forever, and goes on with another', async () => {
        await withGuest({ engine }, (other) =>
          withGuest({ engine, limits: { timeMs: 400 } }, async (guest) => {
            await assert.rejects(guest.call('loop'), refusal('TIMEOUT', '400 ms'))
            await assert.rejects(guest.call('add', 1, 2), refusal('DISPOSED', 'TIMEOUT'))
            assert.equal(await other.call('add', 1, 2), 3)
          }),
        )
      })

      it('ends a guest that recurses without end', async () => {
        await withGuest({ engine }, async (guest) => {
          await assert.rejects(
            guest.call('recurse', ...(engine === 'graaljs' ? [] : [1])),
            refusal('STACK_OVERFLOW'),
          )
          await assert.rejects(guest.call('add', 1, 2), refusal('DISPOSED', 'STACK_OVERFLOW'))
        })
      })

      it('passes on the errors of its code', async () => {
        await withGuest({ engine }, async (guest) => {
          const message = engine === 'graaljs' ? 'TypeError: on purpose' : 'unreachable'
          await assert.rejects(guest.call('trap'), refusal('GUEST_ERROR', message))
          assert.equal(await guest.call('add', 1, 2), 3)
          await assert.rejects(guest.call('missing'), refusal('NOT_FOUND', 'missing'))
          await assert.rejects(guest.call('add', 1n), refusal('INVALID_ARGUMENT', 'BigInt'))
        })
      })

      it('refuses a source that cannot be read', async () => {
        const source = engine === 'graaljs' ? 'const =' : new Uint8Array([0, 0x61, 0x73])
        await assert.rejects(createGuest({ engine, source }), refusal('GUEST_ERROR'))
      })

      it('is granted models and tokens, and finds nothing else', async () => {
        await withGuest({ engine, grants: { models: [model], maxTokens: 1 } }, (rich) =>
          withGuest({ engine }, async (poor) => {
            assert.equal(typeof (await rich.call('generate', named(rich), 'the')), 'string')
            assert.deepEqual(poor.models, [])
            if (engine === 'graaljs') {
              await assert.rejects(rich.call('generate', 0, 'the'), refusal('QUOTA_EXCEEDED'))
              await assert.rejects(poor.call('generate', 0, 'the'), refusal('GUEST_ERROR', 'TypeError'))
            } else {
              assert.equal(await rich.call('generate', named(rich), 'the'), CODES.QUOTA_EXCEEDED)
              assert.equal(await poor.call('info', named(rich)), CODES.MODEL_NOT_FOUND)
              assert.equal(await rich.call('info', named(rich)), 0)
            }
          }),
        )
      })

      it('is closed once and for all', async () => {
        const guest = await createGuest({ engine, source: sourceOf(engine) })
        const running = guest.call('loop')
        running.catch(() => undefined)
        await Promise.all([guest.close(), guest.close()])
        await assert.rejects(running, (error) => error.code === 'ABORTED' || error.code === 'DISPOSED')
        await assert.rejects(guest.call('add', 1, 2), refusal('DISPOSED'))
      })

      it('is ended by its signal', async () => {
        const controller = new AbortController()
        const reason = new Error('enough')
        await withGuest({ engine, signal: controller.signal }, async (guest) => {
          assert.equal(await guest.call('add', 1, 2), 3)
          const running = guest.call('loop')
          setImmediate(() => controller.abort(reason))
          await assert.rejects(running, (error) => error instanceof AbortError && error.cause === reason)
          await assert.rejects(guest.call('add', 1, 2), AbortError)
        })
        await assert.rejects(
          createGuest({ engine, source: sourceOf(engine), signal: AbortSignal.abort(reason) }),
          (error) => error instanceof AbortError && error.cause === reason,
        )
      })

      it('completes the prompt with the real model', async function () {
        const real = await loadModel(testModel(this))
        try {
          await withGuest({ engine, grants: { models: [real], maxTokens: 5 } }, async (guest) => {
            assert.equal(await guest.call('generate', named(guest), 'The capital of France is'), ' Paris')
          })
        } finally {
          await real.dispose()
        }
      })
    })
  }

  for (const engine of /** @type {const} */ (['graalwasm', 'wasm'])) {
    it(`bounds the memory of a module in ${engine}`, async () => {
      await withGuest({ engine, grants: { memoryMb: 3 } }, async (guest) => {
        assert.equal(await guest.call('grow'), 48)
      })
    })
  }

  for (const engine of /** @type {const} */ (['graalwasm', 'wasm'])) {
    const bytes = (...sections) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections)

    it(`refuses a memory that begins beyond its bound, or that is imported, in ${engine}`, async () => {
      const large = bytes(5, 3, 1, 0, 100)
      await assert.rejects(
        createGuest({ engine, source: large, grants: { memoryMb: 6 } }),
        refusal('QUOTA_EXCEEDED', '100 pages', '96'),
      )
      await (await createGuest({ engine, source: large, grants: { memoryMb: 7 } })).close()
      const imported = bytes(2, 15, 1, 3, ...Buffer.from('env'), 6, ...Buffer.from('memory'), 2, 0, 1)
      await assert.rejects(createGuest({ engine, source: imported }), refusal('GUEST_ERROR', 'env.memory'))
    })
  }

  it('ends a script that allocates without end', async () => {
    const source = 'const run = () => { const all = []; for (;;) all.push(new Array(1000).fill(1)) }'
    await withGuest({ engine: 'graaljs', grants: { memoryMb: 32 }, source }, async (guest) => {
      await assert.rejects(guest.call('run'), refusal('QUOTA_EXCEEDED', 'memory'))
      await assert.rejects(guest.call('run'), refusal('DISPOSED', 'QUOTA_EXCEEDED'))
    })
    const { text } = await model.generate('the', { raw: true, maxTokens: 2, temperature: 0 })
    assert.equal(typeof text, 'string')
  })

  it('ends a script that generates for too long', async () => {
    const source =
      "const run = () => { for (;;) realm.models[0].generate('the', { raw: true, temperature: 0 }) }"
    await withGuest(
      { engine: 'graaljs', grants: { models: [model] }, limits: { timeMs: 300 }, source },
      async (guest) => {
        await assert.rejects(guest.call('run'), refusal('TIMEOUT'))
      },
    )
  })

  it('reads prompts and options of a script as generate does', async () => {
    const source = `
      const run = (...args) => realm.models[0].generate(...args)
      const banned = (id) => realm.models[0].generate('the', { raw: true, maxTokens: 1, temperature: 0,
        logitBias: { [id]: -Infinity } }).tokens[0]
      const code = (...args) => { try { run(...args) } catch ({ code, message }) { return [code, message] } }
    `
    await withGuest({ engine: 'graaljs', grants: { models: [model] }, source }, async (guest) => {
      const options = { maxTokens: 4, temperature: 0 }
      for (const prompt of [[1, 3, 4], 'the']) {
        const expected = await model.generate(prompt, { ...options, raw: typeof prompt === 'string' })
        const result = await guest.call('run', prompt, { ...options, raw: typeof prompt === 'string' })
        assert.deepEqual({ ...result, timings: null }, { ...expected, timings: null })
        assert.deepEqual(Object.keys(result.timings), Object.keys(expected.timings))
      }
      const [first] = (await guest.call('run', 'the', { ...options, raw: true })).tokens
      assert.notEqual(await guest.call('banned', first), first)
      const [code, message] = await guest.call('code', 'the', { maxTokens: 0 })
      assert.equal(code, 'INVALID_ARGUMENT')
      assert.match(message, /maxTokens: received 0/)
      await assert.rejects(guest.call('run', [100000]), refusal('TOKEN_OUT_OF_RANGE'))
    })
  })

  it('refuses options that it cannot use', async () => {
    const refused = (options, ...parts) =>
      assert.rejects(createGuest(options), refusal('INVALID_ARGUMENT', ...parts))
    await refused({ source: '' }, 'engine', 'graaljs')
    await refused({ engine: 'v8', source: '' }, 'engine')
    await refused({ engine: 'graaljs', source: module }, 'source', 'a string')
    await refused({ engine: 'wasm', source: 'text' }, 'source', 'WebAssembly')
    await refused({ engine: 'graaljs', source: '', grants: { model } }, 'models')
    await refused({ engine: 'graaljs', source: '', grants: { models: [5] } }, 'grants.models[0]')
    await refused({ engine: 'graaljs', source: '', grants: { maxTokens: -1 } }, 'grants.maxTokens')
    await refused({ engine: 'graaljs', source: '', grants: { memoryMb: 0 } }, 'grants.memoryMb')
    await refused({ engine: 'graaljs', source: '', limits: { timeMs: 0 } }, 'limits.timeMs')
  })
})
