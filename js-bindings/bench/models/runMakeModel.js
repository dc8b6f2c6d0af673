import { Argument, Command } from 'commander'
import { resolveCommandSource } from '../../cli/resolveCommandSource.js'
import { reportError } from '../../cli/terminal/reportError.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { catalog } from '../../lib/source/catalog.js'
import { generateLlama, mixtures } from './generateLlama.js'
import { requantizeModel } from './requantizeModel.js'

/**
 * Runs `npm run bench:model` with arguments. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 */
export async function runMakeModel(args) {
  const program = new Command('npm run bench:model --')
    .description('writes the models that the tables of docs/performance.md are measured with')
    .exitOverride()
  program
    .command('generate')
    .description('a llama of 1.1 billion random weights')
    .addArgument(new Argument('<type>').choices(mixtures))
    .argument('<file.gguf>', 'is written')
    .action((type, file) => generateLlama(file, type))
  program
    .command('requantize')
    .description('a model whose matrices all have another type')
    .addArgument(new Argument('<type>').choices(['Q4_0', 'Q8_0', 'IQ4_NL', 'MXFP4']))
    .argument('<file.gguf>', 'is written')
    .option('-m, --model <model>', 'a catalog name, a path, hf:owner/repo/file or a URL', catalog.default)
    .action(async (type, file, { model }) => {
      const { path } = await untilInterrupted((signal) => resolveCommandSource(model, signal))
      await requantizeModel(path, file, type)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = reportError(error)
  }
}
