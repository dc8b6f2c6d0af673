import { Command } from 'commander'
import { resolveCommandSource } from '../../cli/commandModel.js'
import { reportError } from '../../cli/terminal/reportError.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { catalog } from '../../lib/source/catalog.js'
import { SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { formatMachine, readMachine } from '../machine.js'
import { parseCount } from '../parseCount.js'
import { commandLine, keepResult, writeOption } from '../results.js'
import { measureAnswers } from './measureAnswers.js'
import { measureMasks } from './measureMasks.js'

/** @import { BarFigure } from '../formatBars.js' */
/** @import { MaskFigures } from './measureMasks.js' */

/** A vocabulary as large as the largest ones. */
const LARGE = 262_144

/** The most that a token's format may take: of the tokens of SmolLM2, which take some 2,500 us here, 3 %. @type {Record<string, number>} */
const MOST = { 49152: 75, [LARGE]: 500 }

/** @type {readonly BarFigure[]} */
const ANSWERS = [
  { id: 'valid', label: 'answers that are valid', unit: '%', bar: { least: 100 } },
  { id: 'free', label: 'free text', unit: 'tokens/s' },
  { id: 'format', label: 'an object of ten fields', unit: 'tokens/s' },
  { id: 'ratio', label: 'ten fields / free', unit: 'x', bar: { least: 0.97 } },
  { id: 'forced', label: 'an object whose values are forced', unit: 'tokens/s' },
  { id: 'forcedRatio', label: 'forced / free', unit: 'x', bar: { least: 1 } },
]

/**
 * Runs `npm run bench:formats` with arguments: what formats cost a token at the model's vocabulary and at a large one, and the
 * answers of a model to a schema of ten fields, judged by ajv. The process's exit code is 0, 1 after an error or an invalid
 * answer, 2 after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureFormats} [doors.measure] default: measures
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @param {typeof keepResult} [doors.keep] takes the result of `--write`; default: docs
 * @throws {SetupError} if something that is measured fails
 */
export async function runFormatBench(
  args,
  { measure = measureFormats, write = (text) => process.stdout.write(text), keep = keepResult } = {},
) {
  const program = new Command('npm run bench:formats --')
    .description('measures what formats cost, and judges the answers to a schema of ten fields')
    .option('-m, --model <model>', 'a catalog name, a path, hf:owner/repo/file or a URL', catalog.default)
    .option('--threads <n>', 'threads that compute', parseCount, 2)
    .option('--answers <n>', 'that are judged', parseCount, 1000)
    .option('--pairs <n>', 'how many times the speeds are measured', parseCount, 10)
    .option(...writeOption)
    .allowExcessArguments(false)
    .exitOverride()
    .action(async ({ write: isKept, ...options }) => {
      const machine = readMachine()
      const { name, costs, valid, invalid, values } = await measure(options)
      const { threads, answers, pairs } = options
      const report = [
        formatMachine(machine),
        `model: ${name}; ${threads} threads; ${answers} answers, ${valid} valid; medians (least … greatest) of ${pairs} pairs; ` +
          'masks in time of the processor',
        '',
        maskTable(costs),
        '',
        formatBars(ANSWERS, values),
      ].join('\n')
      if (isKept) {
        keep({
          machine,
          subject: `formats-${name}`,
          command: commandLine('npm run bench:formats', args),
          report,
        })
      }
      write(`${report}\n`)
      for (const text of invalid) process.stderr.write(`invalid: ${text}\n`)
      if (invalid.length > 0) process.exitCode = 1
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}

/** @param {{ model: string, threads: number, answers: number, pairs: number }} options */
async function measureFormats({ model, ...options }) {
  const { path, name } = await untilInterrupted((signal) => resolveCommandSource(model, signal))
  const costs = [...measureMasks(path), ...measureMasks(String(LARGE))]
  const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
  return { name, costs, ...(await measureAnswers(path, { ...options, log })) }
}

/** @param {MaskFigures[]} costs */
function maskTable(costs) {
  const rows = costs.map(
    ({ name, vocabulary, trieMillis, compileMillis, firstMicros, micros, p99Micros }) => {
      const most = MOST[vocabulary]
      const bar = most === undefined ? '' : `at most ${most}: ${micros <= most ? 'met' : 'missed'}`
      const times = [trieMillis, compileMillis, firstMicros, micros, p99Micros].map((value) =>
        value.toPrecision(3),
      )
      return `| ${[name, vocabulary, ...times.map(Number), bar].join(' | ')} |`
    },
  )
  return [
    '| format | vocabulary | its tree, ms | compiling, ms | token of the first text, us | token, us | p99, us | bar of a token |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
