import { spawnSync } from 'node:child_process'
import { projectRoot } from './projectRoot.js'
import { SetupError } from './SetupError.js'

/**
 * Runs a program in the project's folder with this process's output, and waits for it.
 *
 * @param {string} program a file or a name on the PATH
 * @param {string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @param {string} [options.ifMissing] what to do if there is no such program, for the error's message
 * @param {number} [options.timeoutMinutes] it is killed after this time; default: never
 * @returns {number} its exit code; 1 if a signal ended it
 * @throws {SetupError} if it cannot be started
 */
export function runProgram(program, args, { env = {}, ifMissing = 'install it', timeoutMinutes } = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: 'inherit',
    killSignal: 'SIGKILL',
    ...(timeoutMinutes === undefined ? {} : { timeout: timeoutMinutes * 60_000 }),
  })
  const failure = /** @type {NodeJS.ErrnoException | undefined} */ (error)
  if (failure?.code === 'ETIMEDOUT') {
    console.error(`${program} was killed: it was still running after ${timeoutMinutes} minutes`)
  } else if (failure !== undefined) {
    const missing = failure.code === 'ENOENT'
    throw new SetupError(
      missing ? `${program} is not on the PATH: ${ifMissing}` : `${program}: ${failure.message}`,
    )
  }
  return status ?? 1
}
