import { Command } from 'commander'
import { reportError } from '../../cli/terminal/reportError.js'
import { SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { formatMachine, readMachine } from '../machine.js'
import { parseCount } from '../parseCount.js'
import { commandLine, keepResult, writeOption } from '../results.js'
import { measureAddon } from './measureAddon.js'

/** @import { BarFigure } from '../formatBars.js' */

/**
 * Runs `npm run bench:addon` with arguments. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureAddon} [doors.measure] default: measures
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @param {typeof keepResult} [doors.keep] takes the result of `--write`; default: docs
 * @throws {SetupError} if something that is measured fails
 */
export async function runAddonBench(
  args,
  { measure = measureAddon, write = (text) => process.stdout.write(text), keep = keepResult } = {},
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
    .option(...writeOption)
    .allowExcessArguments(false)
    .exitOverride()
    .action(async ({ json, write: isKept, ...options }) => {
      const machine = readMachine()
      const { model, engine, values } = await measure(options)
      const { pairs, tokens, threads } = options
      const report = [
        formatMachine(machine),
        `engine: ${engine}`,
        `model: ${model}; ${threads} threads; ${tokens} tokens a text; medians (least … greatest) of ${pairs} pairs`,
        '',
        formatBars(addonFigures, values),
      ].join('\n')
      if (isKept) {
        keep({ machine, subject: 'addon', command: commandLine('npm run bench:addon', args), report })
      }
      write(`${json ? JSON.stringify({ machine, engine, model, ...options, values }) : report}\n`)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}

/** A token at 100 tokens a second takes that many microseconds. */
const TOKEN_US = 10_000

/** All figures, in the order of the table. @type {readonly BarFigure[]} */
export const addonFigures = [
  { id: 'java', label: 'a token in a Java program', unit: 'us' },
  { id: 'node', label: 'a token in Node', unit: 'us' },
  { id: 'cost', label: 'Node - Java', unit: 'us' },
  { id: 'costShare', label: 'Node - Java, of a token of 10 ms', unit: '%', bar: { most: 1 } },
  { id: 'mainThread', label: "CPU time of Node's main thread, a token", unit: 'us' },
  { id: 'mainThreadShare', label: 'that, of a token of 10 ms', unit: '%', bar: { most: 1 } },
  { id: 'pieces', label: 'pieces of text a token', unit: 'x' },
]

/**
 * The figures of a pair of processes.
 *
 * @param {number} java microseconds a token
 * @param {{ token: number, mainThread: number, pieces: number }} node microseconds a token and of CPU time a token, and
 *   pieces of text a token
 * @returns {Record<string, number>} by id
 */
export function figuresOfPair(java, { token, mainThread, pieces }) {
  const percent = (/** @type {number} */ us) => (100 * us) / TOKEN_US
  const cost = token - java
  return {
    java,
    node: token,
    cost,
    costShare: percent(cost),
    mainThread,
    mainThreadShare: percent(mainThread),
    pieces,
  }
}
