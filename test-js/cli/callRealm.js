import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { PROGRAM } from './runRealm.js'

/**
 * Runs `realm` to its end as `runRealm` does, but in a thread of this process, where Java runs already: for what a command
 * does with its arguments. Signals, pipes and the environment at the start are a process's own; nothing is on stdin.
 *
 * @param {string[]} args
 */
export async function callRealm(args) {
  const thread = new Worker(PROGRAM, { argv: args, stdout: true, stderr: true })
  const [[code], stdout, stderr] = await Promise.all([
    once(thread, 'exit'),
    text(thread.stdout),
    text(thread.stderr),
  ])
  return { stdout, stderr, code }
}
