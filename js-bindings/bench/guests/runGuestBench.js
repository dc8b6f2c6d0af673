import { Command } from 'commander'
import { reportError } from '../../cli/terminal/reportError.js'
import { catalog } from '../../lib/source/catalog.js'
import { SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { formatMachine, readMachine } from '../machine.js'
import { parseCount } from '../parseCount.js'
import { commandLine, keepResult, writeOption } from '../results.js'
import { guestFigures } from './guestFigures.js'
import { measureGuests } from './measureGuests.js'

/** @import { Machine } from '../machine.js' */
/** @import { GuestFigureGroup } from './guestFigures.js' */

/**
 * Runs `npm run bench:guests` with arguments. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureGuests} [doors.measure] default: measures
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @param {typeof keepResult} [doors.keep] takes the result of `--write`; default: docs
 * @throws {SetupError} if something that is measured fails
 */
export async function runGuestBench(
  args,
  { measure = measureGuests, write = (text) => process.stdout.write(text), keep = keepResult } = {},
) {
  const names = new Set(guestFigures.map(({ name }) => name))
  const program = new Command('npm run bench:guests --')
    .description(
      'measures the cache of tensors, the WebAssembly guests of the examples, and many guests at a time',
    )
    .option('-m, --model <model>', 'a catalog name, a path, hf:owner/repo/file or a URL', catalog.default)
    .option('--rounds <n>', 'how many times all is measured', parseCount, 5)
    .option('--guests <n>', 'how many run at a time where several do', parseCount, 16)
    .option('--tokens <n>', 'that each of them makes where the speed is measured', parseCount, 32)
    .option('--only <groups>', `of ${[...names].join(',')}, with commas between them (default: all)`)
    .option('--json', 'print everything as one line of JSON')
    .option(...writeOption)
    .allowExcessArguments(false)
    .exitOverride()
    .action(async (options) => {
      const groups = chooseGroups(options.only)
      const machine = readMachine()
      const measured = await measure(groups, options)
      const report = { machine, guests: options.guests, rounds: options.rounds, ...measured }
      const text = formatGuestReport(groups, report)
      if (options.write) {
        keep({ machine, subject: 'guests', command: commandLine('npm run bench:guests', args), report: text })
      }
      write(`${options.json ? JSON.stringify(report) : text}\n`)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}

/**
 * @param {string} [only]
 * @throws {SetupError} for a name that is no group's
 */
function chooseGroups(only) {
  if (only === undefined) return guestFigures
  const wanted = only.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !guestFigures.some((group) => group.name === name))
  if (unknown !== undefined) {
    const known = [...new Set(guestFigures.map(({ name }) => name))].join(',')
    throw new SetupError(`--only names "${unknown}"; expected some of ${known}, with commas between them`)
  }
  return guestFigures.filter(({ name }) => wanted.includes(name))
}

/**
 * All that was found of what guests cost.
 *
 * @typedef {object} GuestReport
 * @property {Machine} machine
 * @property {string} engine what the engine says of itself
 * @property {string} model its name
 * @property {number} guests how many ran at a time where several did
 * @property {number} rounds how many values there are of each figure
 * @property {Record<string, number[]>} values by figure
 */

/**
 * Shows it, with a table that is Markdown, too.
 *
 * @param {readonly GuestFigureGroup[]} groups those that were measured
 * @param {GuestReport} report
 * @returns {string} lines
 */
export function formatGuestReport(groups, { machine, engine, model, guests, rounds, values }) {
  return [
    formatMachine(machine),
    `engine: ${engine}`,
    `model: ${model}; ${guests} guests; medians (least … greatest) of ${rounds} rounds`,
    '',
    formatBars(
      groups.flatMap(({ figures }) => figures),
      values,
    ),
  ].join('\n')
}
