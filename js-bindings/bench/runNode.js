import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SetupError } from '../scripts/runProgram.js'

/**
 * Runs a script in a Node process of its own, to its end. What it writes on stderr is shown.
 *
 * @param {string} script its file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] variables that are added to those of this process; default none
 * @returns {Promise<{ output: string, firstOutputMs: number }>} what it wrote on stdout, and the milliseconds from before
 *   the start of the process until the first of it came; NaN where it wrote nothing
 * @throws {SetupError} if it fails
 */
export async function runNode(script, args, env = {}) {
  const start = performance.now()
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  let firstOutputMs = Number.NaN
  child.stdout.once('data', () => {
    firstOutputMs = performance.now() - start
  })
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) {
    throw new SetupError(
      `${script} ended with ${code === null ? `the signal ${signal}` : `exit code ${code}`}, expected 0; its messages are above`,
    )
  }
  return { output, firstOutputMs }
}
