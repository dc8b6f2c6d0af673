import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const LOOP = fileURLToPath(new URL('busyLoop.js', import.meta.url))

/**
 * Runs work while other processes keep the cores busy. They run before it starts, and have ended when this returns or
 * rejects; they also end when this process does, in whatever way.
 *
 * @template T
 * @param {number} count how many processes, from 0; each has one thread that never waits
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} its result
 */
export async function besideBusyProcesses(count, work) {
  /** @type {import('node:child_process').ChildProcess[]} */
  const processes = []
  try {
    for (let i = 0; i < count; i++) {
      const child = spawn(process.execPath, [LOOP], { stdio: ['ignore', 'pipe', 'inherit'] })
      processes.push(child)
      await hasBegun(child)
    }
    return await work()
  } finally {
    await Promise.all(processes.map(end))
  }
}

/** @param {import('node:child_process').ChildProcess} child */
async function hasBegun(child) {
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`the busy process ${child.pid} has ended: exit code ${code}, signal ${signal}`)
  })
  // It ends later in any case.
  ended.catch(() => undefined)
  const out = /** @type {import('node:stream').Readable} */ (child.stdout)
  await Promise.race([once(out, 'data'), ended])
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  child.kill('SIGKILL')
  await ended
}
