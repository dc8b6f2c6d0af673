import { deepEqual, equal } from 'node:assert/strict'
import { runProbe } from './fixture/runProbe.js'

describe('a call of a host function', () => {
  it('carries up to seven numbers and BigInts, modulo their sizes', async () => {
    const { result } = await runProbe(({ addon }) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      const sum = (...args) => addon.hostCall(1, 0, memory, undefined, ...args)
      return [
        sum(),
        sum(1, 2, 3, 4, 5, 6, 7),
        sum(-1),
        sum(0xffffffff),
        sum(2 ** 40 + 5),
        sum(2n ** 64n - 1n, 1n),
        sum(Number.NaN, 3),
      ]
    })
    deepEqual(result, [0, 28, -1, -1, 5, 0, 3])
  })

  it('hands pieces over, and sees memory that has grown meanwhile', async () => {
    const { result } = await runProbe(({ addon }) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      const last = () => new Uint8Array(memory.buffer).at(-1)
      const pieces = []
      const stream = (pointer, length) => {
        memory.grow(1)
        // Another call within this one.
        pieces.push([pointer, length, addon.hostCall(1, 1, memory, undefined)])
      }
      return { taken: addon.hostCall(1, 2, memory, stream, 3), pieces, last: last() }
    })
    const pages = (count) => count * 65536
    deepEqual(result, {
      taken: 3,
      pieces: [
        [0, 0, pages(2)],
        [1, 1, pages(3)],
        [2, 2, pages(4)],
      ],
      last: 2,
    })
  })

  it('ends the pieces where JavaScript throws, and leaves no exception behind', async () => {
    const { result } = await runProbe(({ addon }) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      let pieces = 0
      const stream = () => {
        if (++pieces === 3) throw new Error('meant to be dropped')
      }
      return [addon.hostCall(1, 2, memory, stream, 9), pieces, addon.hostCall(1, 0, memory, undefined, 4)]
    })
    deepEqual(result, [2, 3, 4])
  })

  it('goes back to the outer memory and function after a call within a piece', async () => {
    const { result } = await runProbe(({ addon }) => {
      const outer = new WebAssembly.Memory({ initial: 1 })
      const inner = new WebAssembly.Memory({ initial: 2 })
      const heard = []
      addon.hostCall(1, 2, outer, (piece) => {
        heard.push(`outer ${piece}`)
        addon.hostCall(1, 2, inner, (within) => heard.push(`inner ${within}`), 2)
      }, 2) // biome-ignore format: one call
      return { heard, ends: [outer, inner].map((memory) => new Uint8Array(memory.buffer).at(-1)) }
    })
    deepEqual(result, {
      heard: ['outer 0', 'inner 0', 'inner 1', 'outer 1', 'inner 0', 'inner 1'],
      ends: [1, 1],
    })
  })

  it('throws what Java and the memory throw, and refuses what it does not take', async () => {
    const { result } = await runProbe(({ addon }) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      const throwing = {
        get buffer() {
          throw Object.assign(new Error('no memory'), { code: 'OWN' })
        },
      }
      const attempts = [
        () => addon.hostCall(1, 9, memory, undefined),
        () => addon.hostCall(1, 0, throwing, undefined),
        () => addon.hostCall(),
        () => addon.hostCall(1, 0, memory),
        () => addon.hostCall(1, 0, memory, null),
        () => addon.hostCall(1, 0, {}, undefined),
        () => addon.hostCall(1, 0, { buffer: 'bytes' }, undefined),
        () => addon.hostCall(1, 0, memory, undefined, '1'),
        () => addon.hostCall(1, 0, memory, undefined, 1, 2, 3, 4, 5, 6, 7, 8),
      ]
      return attempts.map((attempt) => {
        try {
          return attempt()
        } catch (error) {
          return error.code
        }
      })
    })
    deepEqual(result, ['NOT_FOUND', 'OWN', ...Array(7).fill('INVALID_ARGUMENT')])
  })

  it('ends with a worker that is terminated within a piece', async () => {
    const { result, code, stderr } = await runProbe(async ({ addon }) => {
      const memory = new WebAssembly.Memory({ initial: 1 })
      const worker = new ProbeWorker(({ addon }, port) => {
        const memory = new WebAssembly.Memory({ initial: 1 })
        addon.hostCall(1, 2, memory, (piece) => piece === 10 && port.postMessage('streaming'), 2 ** 31 - 1)
      })
      await new Promise((resolve) => worker.once('message', resolve))
      await worker.terminate()
      return addon.hostCall(1, 0, memory, undefined, 4)
    })
    deepEqual([code, stderr, result], [0, '', 4])
  })
})

describe('memory that Java gives to JavaScript', () => {
  it('is the memory itself, and Java frees it when JavaScript has done with it', async () => {
    const { result } = await runProbe(
      async ({ addon, bridge }) => {
        const { ticket } = bridge.call('result', { size: 1 << 20, value: 7 })
        let bytes = new Uint8Array(bridge.take(ticket))
        const read = [bytes.length, bytes[0], bytes.at(-1)]
        bytes[0] = 1
        const shared = bridge.call('resultByte', { ticket }).value
        const held = bridge.call('results', {}).count
        bytes = undefined
        for (let i = 0; i < 100 && bridge.call('results', {}).count > 0; i++) {
          globalThis.gc()
          await new Promise((resolve) => setImmediate(resolve))
        }
        return { read, shared, held, left: bridge.call('results', {}).count, type: typeof addon.take }
      },
      { nodeArgs: ['--expose-gc'] },
    )
    deepEqual(result, { read: [1 << 20, 7, 7], shared: 1, held: 1, left: 0, type: 'function' })
  })

  it('may be of no bytes', async () => {
    const { result } = await runProbe(({ bridge }) => {
      const { ticket } = bridge.call('result', { size: 0, value: 7 })
      return [bridge.take(ticket).byteLength, bridge.call('results', {}).count]
    })
    deepEqual(result, [0, 0])
  })

  it('has to be there, and named by a number', async () => {
    const { result } = await runProbe(({ addon }) =>
      [() => addon.take(99), () => addon.take('1'), () => addon.take()].map((attempt) => {
        try {
          return attempt()
        } catch (error) {
          return error.code
        }
      }),
    )
    deepEqual(result, ['NOT_FOUND', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'])
  })

  it('does not outlive its worker for JavaScript, and is not given back to Java after it', async () => {
    const { result, code, stderr } = await runProbe(async ({ bridge }) => {
      const worker = new ProbeWorker(({ bridge }, port) => {
        globalThis.kept = bridge.take(bridge.call('result', { size: 100, value: 7 }).ticket)
        port.postMessage(globalThis.kept.byteLength)
      })
      const length = await new Promise((resolve) => worker.once('message', resolve))
      await worker.terminate()
      return [length, bridge.call('environment', {}).value]
    })
    equal(stderr, '')
    deepEqual([code, result], [0, [100, 1]])
  })
})
