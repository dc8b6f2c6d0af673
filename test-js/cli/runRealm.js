import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../js-bindings/cli/realm.js', import.meta.url))

/**
 * Starts `realm` as a user does: a process of its own, with this one's environment.
 *
 * @param {string[]} args
 */
export function startRealm(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args])
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return {
    child,
    /** What it printed and its exit code (the signal's name, where one killed it), at its end. */
    end: output.then(([stdout, stderr, [code, signal]]) => ({ code: code ?? signal, stdout, stderr })),
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
