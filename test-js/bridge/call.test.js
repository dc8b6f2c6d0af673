import { deepEqual, equal, match } from 'node:assert/strict'
import { runProbe } from './fixture/runProbe.js'

/** Quickly filled. */
const SMALL_HEAP = { env: { REALM_JAVA_OPTIONS: '-Xmx32m' } }

describe('a call from JavaScript into Java', () => {
  it('carries NULs, emoji and lone surrogates both ways', async () => {
    const texts = [
      '',
      'a\0b',
      '\u{1F600} grüße 你好',
      '\uD83D',
      '\uDE00\uD83D',
      '\uFFFE\u0000',
      '"\\\n\u2028',
    ]
    const { result } = await runProbe(
      ({ bridge }, { texts }) => texts.map((value) => bridge.call('echo', { value }).value),
      { args: { texts } },
    )
    deepEqual(result, texts)
  })

  it('carries a text of 10 million characters both ways', async () => {
    const { result } = await runProbe(({ bridge }) => {
      const value = 'ä\u{1F600}\0'.repeat(2_500_000)
      return {
        arrived: bridge.call('length', { value }).length,
        returned: bridge.call('echo', { value }).value === value,
      }
    })
    deepEqual(result, { arrived: 10_000_000, returned: true })
  })

  it('reads and writes the memory of every kind of view in place', async () => {
    const { result } = await runProbe(({ bridge }) => {
      const sums = []
      for (const buffer of [
        new ArrayBuffer(16),
        new SharedArrayBuffer(16),
        new WebAssembly.Memory({ initial: 1 }).buffer,
      ]) {
        const bytes = new Uint8Array(buffer, 0, 16)
        const views = [
          new Uint8Array(buffer, 4, 8),
          new Float32Array(buffer, 4, 2),
          new BigInt64Array(buffer, 8, 1),
          new DataView(buffer, 15, 1),
          new Uint8Array(buffer, 3, 0),
        ]
        for (const view of views) {
          bytes.fill(1)
          const before = bridge.call('sum', {}, view).sum
          if (view.byteLength > 0) bridge.call('fill', { value: 3 }, view)
          sums.push([before, bytes.reduce((sum, byte) => sum + byte)])
        }
      }
      const pooled = Buffer.from('\u0001\u0002\u00ff', 'latin1')
      return {
        sums,
        pooled: bridge.call('sum', {}, pooled).sum,
        whole: bridge.call('sum', {}, new ArrayBuffer(9)).sum,
      }
    })
    const sums = [8, 8, 8, 1, 0].map((length) => [length, 16 + 2 * length])
    deepEqual(result, { sums: [...sums, ...sums, ...sums], pooled: 258, whole: 0 })
  })

  it('sees WebAssembly memory that has grown', async () => {
    const { result } = await runProbe(({ bridge }) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      memory.grow(1)
      new Uint8Array(memory.buffer).fill(1)
      return bridge.call('sum', {}, memory.buffer).sum
    })
    equal(result, 2 * 65536)
  })

  it('turns what Java throws into errors with a code, and goes on', async () => {
    const { result, stderr } = await runProbe(({ bridge }) => {
      const errors = ['engine', 'memory', 'stack', 'defect', 'memory'].map((what) => {
        try {
          return bridge.call('throw', { what })
        } catch (error) {
          return [error.name, error.code, error.message]
        }
      })
      return { errors, after: bridge.call('echo', { value: 1 }) }
    }, SMALL_HEAP)
    const [engine, memory, stack, defect, again] = result.errors
    deepEqual(engine, ['RealmError', 'TOKEN_OUT_OF_RANGE', 'a "message" with \0 and \uD83D'])
    deepEqual(memory.slice(0, 2), ['RealmError', 'OUT_OF_MEMORY'])
    match(memory[2], /Java heap space.*REALM_JAVA_OPTIONS=-Xmx/)
    deepEqual(again, memory)
    deepEqual(stack.slice(0, 2), ['RealmError', 'STACK_OVERFLOW'])
    match(stack[2], /StackOverflowError at /)
    deepEqual(defect.slice(0, 2), ['RealmError', 'INTERNAL'])
    match(defect[2], /please report it: java.lang.IllegalStateException: defect at /)
    deepEqual(result.after, { value: 1 })
    equal(stderr, '')
  })

  it('refuses arguments that are none of its own', async () => {
    const { result } = await runProbe(({ addon }) => {
      const attempts = [
        () => addon.call(),
        () => addon.call('echo'),
        () => addon.call('echo', {}),
        () => addon.call('echo', '{}', 'view'),
        () => addon.call('echo', 'no JSON'),
        () => addon.call('echo', '[]'),
        () => addon.open('echo', '{}'),
        () => addon.open(1, '{}', () => undefined),
        () => addon.cancel('1'),
        () => addon.variable(1),
        () => addon.start(),
        () => addon.start({ libjvm: 1, options: [] }),
        () => addon.start({ libjvm: '', options: [1] }),
      ]
      return attempts.map((attempt) => {
        try {
          return attempt()
        } catch (error) {
          return error.code
        }
      })
    })
    const refused = 'INVALID_ARGUMENT'
    deepEqual(result, [refused, refused, refused, refused, 'INTERNAL', 'INTERNAL', ...Array(7).fill(refused)])
  })

  it('says so before the virtual machine runs', async () => {
    const { result } = await runProbe(
      async (_, { bridgeFolder }) => {
        const { findAddon } = await import(`${bridgeFolder}findAddon.js`)
        const { addon } = findAddon()
        const attempts = [
          () => addon.call('echo', '{}'),
          () => addon.open('echo', '{}', () => undefined),
          () => addon.cancel(1),
        ]
        return attempts.map((attempt) => {
          try {
            return attempt()
          } catch (error) {
            return [error.code, error.message]
          }
        })
      },
      { starts: false, args: { bridgeFolder: new URL('../../js-bindings/lib/bridge/', import.meta.url) } },
    )
    const expected = ['INTERNAL', 'the Java virtual machine does not run: await start() first']
    deepEqual(result, [expected, expected, expected])
  })

  it('leaves nothing behind in Java, however often it is made', async () => {
    const { result, code } = await runProbe(({ bridge }) => {
      const value = 'x'.repeat(100_000)
      for (let i = 0; i < 500; i++) bridge.call('echo', { value })
      return bridge.call('length', { value }).length
    }, SMALL_HEAP)
    deepEqual([code, result], [0, 100_000])
  })

  for (const [place, nodeArgs] of [
    ['on the main thread', []],
    ['on the main thread with a larger stack', ['--stack-size=3900']],
  ]) {
    it(`survives deep recursion ${place}`, async () => {
      const { result, code, signal } = await runProbe(
        ({ bridge }) => {
          let depth = 0
          const recurse = () => {
            depth++
            bridge.call('echo', { value: depth })
            recurse()
          }
          try {
            recurse()
          } catch (error) {
            return [error.name, depth > 1000, bridge.call('echo', { value: 'alive' }).value]
          }
        },
        { nodeArgs },
      )
      deepEqual([code, signal, result], [0, null, ['RangeError', true, 'alive']])
    })
  }

  it('reads system properties that the user adds', async () => {
    const { result } = await runProbe(({ bridge }) => bridge.call('property', { name: 'a.b' }).value, {
      env: { REALM_JAVA_OPTIONS: '-Da.b="two words"' },
    })
    equal(result, 'two words')
  })
})
