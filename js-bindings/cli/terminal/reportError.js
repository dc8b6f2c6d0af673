import { CommanderError } from 'commander'
import { AbortError } from '../../lib/errors/AbortError.js'
import { RealmError } from '../../lib/errors/RealmError.js'
import { printable } from './print.js'

/**
 * Tells the user what went wrong, in one paragraph on stderr.
 *
 * @param {unknown} error
 * @returns {number} the exit code: 1 for an error, 2 for wrong usage, 130 for an interruption, 0 after help
 */
export function reportError(error) {
  // commander has already written its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof AbortError) return 130
  const code = error instanceof RealmError ? error.code : isOfSystem(error) ? 'IO_ERROR' : 'INTERNAL'
  const message = error instanceof Error ? error.message : String(error)
  // A message may name what a file or a server holds; its own lines stay.
  process.stderr.write(`error[${code}]: ${message.split('\n').map(printable).join('\n')}\n`)
  return 1
}

/**
 * Whether the system refused something, by an error of Node's own: a file, a pipe, a folder.
 *
 * @param {unknown} error
 */
function isOfSystem(error) {
  return error instanceof Error && 'syscall' in error && 'errno' in error
}
