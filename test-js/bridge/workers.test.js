import { deepEqual, match } from 'node:assert/strict'
import { runProbe } from './fixture/runProbe.js'

describe('the bridge in worker threads', () => {
  it('serves several at once, each with its own jobs', async () => {
    const { result } = await runProbe(async () => {
      const run = () =>
        new Promise((resolve, reject) => {
          const worker = new ProbeWorker(async ({ bridge }, port) => {
            let text = ''
            const job = bridge.open(
              'stream',
              { count: 5000, pauseMs: 0 },
              {
                onText: (piece) => {
                  text += piece
                },
              },
            )
            let calls = 0
            for (let i = 0; i < 5000; i++) calls += bridge.call('echo', { value: 1 }).value
            await job
            port.postMessage([
              calls,
              text
                .trim()
                .split(' ')
                .every((number, i) => Number(number) === i),
            ])
          })
          worker.once('message', resolve).once('error', reject)
        })
      return Promise.all([run(), run(), run(), run()])
    })
    deepEqual(result, Array(4).fill([5000, true]))
  })

  it('lets a worker end by itself when its jobs have', async () => {
    const { result } = await runProbe(async () => {
      const worker = new ProbeWorker(({ bridge }) => bridge.open('stream', { count: 20, pauseMs: 1 }))
      return new Promise((resolve) => worker.once('exit', resolve))
    })
    deepEqual(result, 0)
  })

  it('cancels the jobs of a worker that is terminated, in the middle of its stream', async () => {
    const { result, code, stderr } = await runProbe(async ({ bridge }) => {
      for (const pauseMs of [0, 1]) {
        const body = `({ bridge }, port) => {
          bridge.open('wait', {})
          return bridge.open('stream', { count: 1e9, pauseMs: ${pauseMs} }, { onText: () => port.postMessage('text') })
        }`
        const worker = new ProbeWorker(body)
        await new Promise((resolve) => worker.once('message', resolve))
        await worker.terminate()
      }
      while (bridge.call('ended', {}).count < 4) await new Promise(setImmediate)
      return bridge.call('cancelled', {}).count
    })
    deepEqual([code, result, stderr], [0, 4, ''])
  })

  it('tells Java of each worker that has ended, by itself or not', async () => {
    const { result, code } = await runProbe(async ({ bridge }) => {
      const counts = []
      const ended = () => bridge.call('endedEnvironments', {}).count
      const byItself = new ProbeWorker(({ bridge }) => bridge.open('echo', { text: '' }))
      await new Promise((resolve) => byItself.once('exit', resolve))
      counts.push(ended())
      const stopped = new ProbeWorker(({ bridge }, port) => {
        const onText = () => port.postMessage('text')
        return bridge.open('stream', { count: 1e9, pauseMs: 0 }, { onText })
      })
      await new Promise((resolve) => stopped.once('message', resolve))
      counts.push(ended())
      await stopped.terminate()
      counts.push(ended())
      return counts
    })
    deepEqual([code, result], [0, [1, 1, 2]])
  })

  it('outlives the worker that loaded the addon alone', async () => {
    const { result, code } = await runProbe(
      async () => {
        const answers = []
        for (let i = 0; i < 3; i++) {
          const worker = new ProbeWorker(({ bridge }, port) => {
            const { count } = bridge.call('cancelled', {})
            const onText = () => port.postMessage(count)
            return bridge.open('stream', { count: 1e9, pauseMs: 0 }, { onText })
          })
          answers.push(await new Promise((resolve) => worker.once('message', resolve)))
          await worker.terminate()
        }
        return answers
      },
      { starts: false },
    )
    deepEqual([code, result], [0, [0, 1, 2]])
  })

  it('survives a worker that is terminated while the virtual machine starts', async () => {
    const { result, code } = await runProbe(
      async (_, { fixture }) => {
        const worker = new ProbeWorker(() => undefined)
        await new Promise((resolve) => worker.once('online', resolve))
        await worker.terminate()
        const { startProbe } = await import(fixture)
        const { bridge } = await startProbe()
        return bridge.call('echo', { value: 1 }).value
      },
      { starts: false, args: { fixture: new URL('fixture/startProbe.js', import.meta.url) } },
    )
    deepEqual([code, result], [0, 1])
  })

  it('survives deep recursion through Java', async () => {
    const { result, code } = await runProbe(async () => {
      const worker = new ProbeWorker(({ bridge }, port) => {
        const recurse = (depth) => {
          bridge.call('echo', { value: depth })
          recurse(depth + 1)
        }
        try {
          recurse(0)
        } catch (error) {
          port.postMessage([error.name, bridge.call('echo', { value: 'alive' }).value])
        }
      })
      return new Promise((resolve) => worker.once('message', resolve))
    })
    deepEqual([code, result], [0, ['RangeError', 'alive']])
  })

  it('arrives as an error in the worker when Java is out of stack or memory', async () => {
    const { result } = await runProbe(
      async () => {
        const worker = new ProbeWorker(({ bridge }, port) => {
          const codes = ['stack', 'memory', 'stack'].map((what) => {
            try {
              return bridge.call('throw', { what })
            } catch ({ code, message }) {
              return `${code} ${message}`
            }
          })
          port.postMessage(codes)
        })
        return new Promise((resolve) => worker.once('message', resolve))
      },
      { env: { REALM_JAVA_OPTIONS: '-Xmx32m' } },
    )
    match(result[0], /STACK_OVERFLOW .*StackOverflowError/)
    match(result[1], /OUT_OF_MEMORY /)
    match(result[2], /STACK_OVERFLOW .*StackOverflowError/)
  })
})
