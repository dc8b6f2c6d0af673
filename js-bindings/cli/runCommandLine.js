import { checkNode } from '../lib/checkNode.js'
import { RealmError } from '../lib/errors/RealmError.js'
import { reportError } from './terminal/reportError.js'

/**
 * Runs `realm` with arguments. The process's exit code says how it went: 0, 1 after an error, 2 after wrong usage, 130
 * after Ctrl-C.
 *
 * @param {string[]} args without the program's own name
 */
export async function runCommandLine(args) {
  process.on('uncaughtException', (error) => process.exit(reportError(error)))
  for (const [name, output] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
    output.on('error', (error) => {
      // The reader left, as `head` does: nobody is there to hear of it.
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit()
      // There is no place to report it.
      if (output === process.stderr) process.exit(1)
      throw new RealmError('IO_ERROR', `${name} cannot be written: ${error.message}. Check where it leads.`, {
        cause: error,
      })
    })
  }
  try {
    checkNode()
    // Loaded late: an older Node may not even read it.
    const { createProgram } = await import('./createProgram.js')
    await createProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = reportError(error)
  }
}
