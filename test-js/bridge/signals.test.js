import { deepEqual, equal } from 'node:assert/strict'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { runProbe } from './fixture/runProbe.js'

/** A WebAssembly module whose `f` stores at an address far outside its memory. */
const TRAPPING = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 102, 0, 0, 10, 13, 1,
  11, 0, 65, 128, 128, 4, 65, 0, 54, 2, 0, 11,
]

describe('the signals of the process', () => {
  const file = withTinyModel()

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGXFSZ', 'SIGPIPE']) {
    it(`${signal} reaches the handler that was set before the start`, async () => {
      const { code, result, stderr } = await runProbe(
        async (_, { signal, fixture }) => {
          let heard = 0
          process.on(signal, () => heard++)
          const { startProbe } = await import(fixture)
          const { bridge } = await startProbe()
          process.kill(process.pid, signal)
          await bridge.open('stream', { count: 20, pauseMs: 5 })
          return heard
        },
        { starts: false, args: { signal, fixture: new URL('fixture/startProbe.js', import.meta.url) } },
      )
      deepEqual([code, result, stderr], [0, 1, ''])
    })

    it(`${signal} reaches the handler that is set after the start`, async () => {
      const { code, result } = await runProbe(
        async ({ bridge }, { signal }) => {
          const heard = new Promise((resolve) => process.on(signal, resolve))
          process.kill(process.pid, signal)
          // It keeps the loop alive, which a handler does not.
          const waiting = bridge.open(
            'stream',
            { count: 1e9, pauseMs: 1 },
            { signal: AbortSignal.timeout(5000) },
          )
          waiting.catch(() => undefined)
          await heard
          process.exit(5)
        },
        { args: { signal } },
      )
      deepEqual([code, result], [5, undefined])
    })
  }

  it('SIGCHLD stays with Node: the end of a child of before the start is heard', async () => {
    const { code, result } = await runProbe(
      async (_, { library, path }) => {
        const { spawn } = await import('node:child_process')
        const { once } = await import('node:events')
        const { loadModel } = await import(library)
        const child = spawn('sleep', ['100'])
        const model = await loadModel(path, { threads: 1 })
        await model.generate('a b', { maxTokens: 2 })
        child.kill()
        const [, signal] = await once(child, 'exit')
        await model.dispose()
        return signal
      },
      {
        starts: false,
        args: { library: new URL('../../js-bindings/lib/index.js', import.meta.url), path: file.path },
      },
    )
    deepEqual([code, result], [0, 'SIGTERM'])
  })

  it('SIGPIPE stays ignored: a write to a closed pipe is an error', async () => {
    const { result } = await runProbe(async () => {
      const { execFileSync } = await import('node:child_process')
      const { closeSync, constants, openSync, writeSync } = await import('node:fs')
      execFileSync('mkfifo', ['pipe'])
      const reader = openSync('pipe', constants.O_RDONLY | constants.O_NONBLOCK)
      const writer = openSync('pipe', 'w')
      closeSync(reader)
      try {
        return writeSync(writer, 'x')
      } catch (error) {
        return error.code
      }
    })
    equal(result, 'EPIPE')
  })

  it('traps of WebAssembly still arrive, a thousand times', async () => {
    const { result, code, files } = await runProbe(
      async ({ bridge }, { bytes }) => {
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)))
        let traps = 0
        for (let i = 0; i < 1000; i++) {
          try {
            exports.f()
          } catch (error) {
            traps += error instanceof WebAssembly.RuntimeError && /out of bounds/.test(error.message) ? 1 : 0
          }
        }
        return { traps, ...(await bridge.open('echo', { text: 'alive' })) }
      },
      { args: { bytes: TRAPPING } },
    )
    deepEqual([code, result, files], [0, { traps: 1000, text: 'alive' }, []])
  })
})
