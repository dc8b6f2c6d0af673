import { spawnSync } from 'node:child_process'
import { projectRoot } from './projectRoot.js'

/**
 * Runs a program in the project's folder with this process's output, and waits for it.
 *
 * @param {string} program a file or a name on the PATH
 * @param {string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @param {string} [options.ifMissing] what to do if there is no such program, for the error's message
 * @returns {number} its exit code; 1 if a signal ended it
 * @throws {Error} if it cannot be started
 */
export function runProgram(program, args, { env = {}, ifMissing = 'install it' } = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  if (error !== undefined) {
    const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT'
    throw new Error(missing ? `${program} is not on the PATH: ${ifMissing}` : `${program}: ${error.message}`)
  }
  return status ?? 1
}
