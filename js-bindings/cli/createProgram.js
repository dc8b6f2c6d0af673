import { Command } from 'commander'
import { chatCommand } from './commands/chat.js'
import { doctorCommand } from './commands/doctor.js'
import { embedCommand } from './commands/embed.js'
import { generateCommand } from './commands/generate.js'
import { inspectCommand } from './commands/inspect.js'
import { listCommand } from './commands/list.js'
import { logitsCommand } from './commands/logits.js'
import { pullCommand } from './commands/pull.js'
import { rmCommand } from './commands/rm.js'
import { runCommand } from './commands/run.js'
import { tokenizeCommand } from './commands/tokenize.js'
import { packageManifest } from './packageManifest.js'

/**
 * The command line of `realm`. It throws a CommanderError for wrong usage and after help, instead of ending the process.
 *
 * @returns {Command}
 */
export function createProgram() {
  const program = new Command('realm')
    .description(packageManifest.description)
    .version(packageManifest.version)
    .enablePositionalOptions()
  const commands = [
    generateCommand(),
    chatCommand(),
    runCommand(),
    pullCommand(),
    rmCommand(),
    listCommand(),
    inspectCommand(),
    doctorCommand(),
    tokenizeCommand(),
    logitsCommand(),
    embedCommand(),
  ]
  for (const command of commands) {
    program.addCommand(command)
    reportUsageErrors(command, `realm ${command.name()}`)
  }
  reportUsageErrors(program, 'realm')
  return program
}

/**
 * @param {Command} command
 * @param {string} name how it is called
 */
function reportUsageErrors(command, name) {
  command
    .exitOverride()
    .showHelpAfterError(`See: ${name} --help`)
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'error[INVALID_ARGUMENT]: ')),
    })
}
