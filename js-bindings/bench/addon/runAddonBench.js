import { Command } from 'commander'
import { reportError } from '../../cli/terminal/reportError.js'
import { SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { formatMachine } from '../formatMachine.js'
import { parseCount } from '../parseCount.js'
import { readMachine } from '../readMachine.js'
import { addonFigures } from './addonFigures.js'
import { measureAddon } from './measureAddon.js'

/**
 * Runs `npm run bench:addon` with arguments. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureAddon} [doors.measure] default: measures
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @throws {SetupError} if something that is measured fails
 */
export async function runAddonBench(
  args,
  { measure = measureAddon, write = (text) => process.stdout.write(text) } = {},
) {
  const program = new Command('npm run bench:addon --')
    .description('measures what a token takes in a Java program and in Node, in turns')
    .option(
      '-m, --model <model>',
      'a catalog name, a path, hf:owner/repo/file or a URL (default: a generated model that computes next to nothing)',
    )
    .option('--pairs <n>', 'how many times both are measured', parseCount, 5)
    .option('--tokens <n>', 'of each text', parseCount, 256)
    .option('--threads <n>', 'threads that compute', parseCount, 2)
    .option('--json', 'print everything as one line of JSON')
    .allowExcessArguments(false)
    .exitOverride()
    .action(async ({ json, ...options }) => {
      const machine = readMachine()
      const { model, engine, values } = await measure(options)
      const { pairs, tokens, threads } = options
      const lines = [
        formatMachine(machine),
        `engine: ${engine}`,
        `model: ${model}; ${threads} threads; ${tokens} tokens a text; medians (least … greatest) of ${pairs} pairs`,
        '',
        formatBars(addonFigures, values),
      ]
      write(`${json ? JSON.stringify({ machine, engine, model, ...options, values }) : lines.join('\n')}\n`)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}
