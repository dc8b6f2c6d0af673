import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildProbe } from './fixture/buildProbe.js'

// node test-js/bridge/measureEventLoop.js [MODEL]: the longest time that the event loop is held while the virtual machine
// starts and while a stream runs: of the probe at full speed, or a generation with the model file. It fails above 10 ms.
// On Linux the time that the thread only waited for a processor is taken off, so other work on the machine does not count.

const LIMIT_MS = 10
const SCHEDULE = '/proc/self/schedstat'

/** Milliseconds that this thread has been ready to run and had no processor. */
function waited() {
  return existsSync(SCHEDULE) ? Number(readFileSync(SCHEDULE, 'utf8').split(' ')[1]) / 1e6 : 0
}

/**
 * @param {string} what
 * @param {() => Promise<T>} action
 * @template T
 */
async function measure(what, action) {
  let running = true
  let longest = 0
  const watch = async () => {
    while (running) {
      const [time, wait] = [performance.now(), waited()]
      await sleep(1)
      longest = Math.max(longest, performance.now() - time - (waited() - wait) - 1)
    }
  }
  const watching = watch()
  const start = performance.now()
  const result = await action()
  const ms = performance.now() - start
  running = false
  await watching
  console.log(`${what}: ${ms.toFixed(0)} ms, the event loop held for ${longest.toFixed(1)} ms at most`)
  if (longest > LIMIT_MS) process.exitCode = 1
  return result
}

async function withProbe() {
  await buildProbe()
  const { startProbe } = await import('./fixture/startProbe.js')
  const { bridge } = await measure('start', startProbe)
  /** @type {number[]} */
  const lengths = []
  const onText = (/** @type {string} */ piece) => {
    lengths.push(piece.length)
  }
  const stream = (/** @type {number} */ count) => bridge.open('stream', { count, pauseMs: 0 }, { onText })
  await measure('first call', async () => bridge.call('echo', {}))
  await measure('first job', () => stream(1))
  await measure('stream of 2 million pieces', () => stream(2e6))
  await measure('20 streams of 50,000 pieces', () =>
    Promise.all(Array.from({ length: 20 }, () => stream(50_000))),
  )
  console.log(`pieces joined to ${lengths.length}`)
}

/** @param {string} file */
async function withModel(file) {
  const { startBridge } = await import('../../js-bindings/lib/bridge/startBridge.js')
  const { loadModel } = await import('../../js-bindings/lib/index.js')
  await measure('start', startBridge)
  const model = await measure('load', () => loadModel(file))
  const options = { maxTokens: 64, temperature: 0 }
  await measure('first tokenize', async () => model.tokenize('How are you?'))
  await measure('first generation', () => model.generate('Tell me a story', options))
  await measure('second generation', () => model.generate('Tell me another story', options))
  await measure('four generations', () =>
    Promise.all(['a', 'b', 'c', 'd'].map((letter) => model.generate(`A word with ${letter}`, options))),
  )
  await measure('dispose', () => model.dispose())
}

const model = process.argv[2]
await (model === undefined ? withProbe() : withModel(model))
