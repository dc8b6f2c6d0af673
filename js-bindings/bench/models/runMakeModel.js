import { Argument, Command, Option } from 'commander'
import { resolveCommandSource } from '../../cli/commandModel.js'
import { reportError } from '../../cli/terminal/reportError.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { catalog } from '../../lib/source/catalog.js'
import { generateModel, mixtures } from './generateModel.js'
import { requantizeModel } from './requantizeModel.js'
import { shapes } from './shapes.js'

/** @typedef {keyof typeof shapes} Shape */

const names = Object.keys(shapes)

/**
 * Runs `npm run bench:model` with arguments. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 */
export async function runMakeModel(args) {
  const program = new Command('npm run bench:model --')
    .description('writes the models that the tables of docs/results are measured with')
    .exitOverride()
  program
    .command('generate')
    .description('random weights in the shape of a model that people run')
    .addArgument(new Argument('<type>').choices(mixtures))
    .argument('<file.gguf>', 'is written')
    .addOption(new Option('--shape <shape>', 'of which model').choices(names).default(names[0]))
    .action((type, file, { shape }) => generateModel(file, type, shapes[/** @type {Shape} */ (shape)]))
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
