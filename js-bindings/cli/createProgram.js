import { Command } from 'commander'
import { chatCommand } from './commands/chat.js'
import { decideCommand } from './commands/decide.js'
import { doctorCommand } from './commands/doctor.js'
import { embedCommand } from './commands/embed.js'
import { estimateCommand } from './commands/estimate.js'
import { generateCommand } from './commands/generate.js'
import { infillCommand } from './commands/infill.js'
import { inspectCommand } from './commands/inspect.js'
import { listCommand } from './commands/list.js'
import { logitsCommand } from './commands/logits.js'
import { pullCommand } from './commands/pull.js'
import { rankCommand } from './commands/rank.js'
import { rmCommand } from './commands/rm.js'
import { runCommand } from './commands/run.js'
import { serveCommand } from './commands/serve.js'
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
    .version(packageManifest.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('print the help of a command')
        .helpGroup('This machine:'),
    )
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Start with:
  realm generate What is the capital of France
  realm chat

Texts and JSON go to stdout, all else to stderr; errors as error[CODE]: message.
Exit codes: 0, 1 after an error, 2 after wrong usage, 130 after Ctrl-C.`,
    )
  const groups = {
    'Texts:': [
      generateCommand(),
      chatCommand(),
      embedCommand(),
      rankCommand(),
      decideCommand(),
      infillCommand(),
      serveCommand(),
    ],
    'Models:': [pullCommand(), listCommand(), rmCommand(), inspectCommand(), estimateCommand()],
    'This machine:': [doctorCommand(), runCommand()],
    'To look closer:': [tokenizeCommand(), logitsCommand()],
  }
  for (const [group, commands] of Object.entries(groups)) {
    for (const command of commands) {
      program.addCommand(command.helpGroup(group))
      command.helpOption('-h, --help', 'print this help')
      reportUsageErrors(command, `realm ${command.name()}`)
    }
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
