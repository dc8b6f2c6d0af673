import { SetupError } from './SetupError.js'

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
