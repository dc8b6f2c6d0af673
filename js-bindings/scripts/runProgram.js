import { spawn, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the project: the one that holds package.json and pom.xml. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Something that a build or a test run needs is missing or failed; the message says what, and what to do. */
export class SetupError extends Error {}

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

/**
 * Starts a program in the project's folder, to run beside others.
 *
 * @param {string} program a file or a name on the PATH
 * @param {string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @param {boolean} [options.held] whether its output is printed at its end, in one piece, not as it comes; default false
 * @param {string} [options.ifMissing] what to do if there is no such program, for the error's message
 * @param {number} [options.timeoutMinutes] it is killed after this time; default: never
 * @returns {Promise<number>} its exit code; 1 if a signal ended it
 * @throws {SetupError} if it cannot be started
 */
export function startProgram(
  program,
  args,
  { env = {}, held = false, ifMissing = 'install it', timeoutMinutes } = {},
) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      stdio: held ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    })
    /** @type {Buffer[]} */
    const output = []
    child.stdout?.on('data', (chunk) => output.push(chunk))
    child.stderr?.on('data', (chunk) => output.push(chunk))
    const timer =
      timeoutMinutes === undefined
        ? undefined
        : setTimeout(() => {
            console.error(`${program} was killed: it was still running after ${timeoutMinutes} minutes`)
            child.kill('SIGKILL')
          }, timeoutMinutes * 60_000)
    child.once('error', (failure) => {
      clearTimeout(timer)
      const missing = /** @type {NodeJS.ErrnoException} */ (failure).code === 'ENOENT'
      reject(
        new SetupError(
          missing ? `${program} is not on the PATH: ${ifMissing}` : `${program}: ${failure.message}`,
        ),
      )
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      process.stdout.write(Buffer.concat(output))
      resolve(code ?? 1)
    })
  })
}

/**
 * Runs a script's steps. If its setting-up fails, that is said in one line instead of a stack trace, with exit code 1.
 *
 * @param {() => Promise<void>} steps
 */
export async function runScript(steps) {
  try {
    await steps()
  } catch (error) {
    if (!(error instanceof SetupError)) {
      throw error
    }
    console.error(`error: ${error.message}`)
    process.exitCode = 1
  }
}
