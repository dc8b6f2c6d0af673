import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The file of the program `realm`. */
export const PROGRAM = fileURLToPath(new URL('../../js-bindings/cli/realm.js', import.meta.url))
/** Milliseconds after which a process that hangs is killed, so that it does not outlive its test for long. */
const LONGEST = 240_000

/**
 * Starts `realm` as a user does: a process of its own, with this one's environment.
 *
 * @param {string[]} args
 */
export function startRealm(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { timeout: LONGEST, killSignal: 'SIGKILL' })
  const printed = { stdout: '', stderr: '' }
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (text) => {
      printed[name] += text
    })
  }
  return {
    child,
    /** What it printed, and its exit code or the name of the signal that killed it. */
    end: once(child, 'close').then(([code, signal]) => ({ ...printed, code: code ?? signal })),
  }
}

/**
 * Runs `realm` to its end.
 *
 * @param {string[]} args
 * @param {{ input?: string }} [options] `input`: what stdin holds; default nothing
 */
export function runRealm(args, { input = '' } = {}) {
  const { child, end } = startRealm(args)
  child.stdin.end(input)
  return end
}
