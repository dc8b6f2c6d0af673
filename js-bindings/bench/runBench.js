import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { reportError } from '../cli/terminal/reportError.js'
import { catalog } from '../lib/source/catalog.js'
import { SetupError } from '../scripts/runProgram.js'
import { compareBusy } from './compareBusy.js'
import { compareSides } from './compareSides.js'
import { drawPlot } from './drawPlot.js'
import { chooseFigures } from './figures.js'
import { formatReport } from './formatReport.js'
import { runLoad, runSoak } from './load/runLoad.js'
import { readMachine } from './machine.js'
import { measureSides } from './measureSides.js'
import { parseCount } from './parseCount.js'
import { commandLine, keepResult, writeOption } from './results.js'
import { runServerLoad } from './server/runServerLoad.js'
import { compareSpeculation } from './speculation/compareSpeculation.js'
import { compareStreams } from './streams/compareStreams.js'

/**
 * Runs `npm run bench` with arguments. The process's exit code is 0, 1 after an error or a soak that found something, 2
 * after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureSides} [doors.measure] default: measures
 * @param {typeof compareStreams} [doors.measureMany] default: measures texts at once
 * @param {typeof runLoad} [doors.load] default: measures a long prompt under texts that run
 * @param {typeof runSoak} [doors.soak] default: lets work of all kinds arrive for some minutes
 * @param {typeof runServerLoad} [doors.serverLoad] default: has a second process ask the server
 * @param {typeof compareSpeculation} [doors.measureGuesses] default: measures texts with and without guesses
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @param {typeof keepResult} [doors.keep] takes the result of `--write`; default: docs
 * @throws {SetupError} if something that the comparison needs is missing or fails
 */
export async function runBench(
  args,
  {
    measure = measureSides,
    measureMany = compareStreams,
    load = runLoad,
    soak = runSoak,
    serverLoad = runServerLoad,
    measureGuesses = compareSpeculation,
    write = (text) => process.stdout.write(text),
    keep = keepResult,
  } = {},
) {
  const program = new Command('npm run bench --')
    .description(
      'compares Realm with node-llama-cpp, in turns, on the same file, prompt and number of threads',
    )
    .option('-m, --model <model>', 'a catalog name, a path, hf:owner/repo/file or a URL', catalog.default)
    .option('--threads <n>', 'threads that compute, on both sides', parseCount, 2)
    .option(
      '--kernels <name>',
      "Realm's kernels, as REALM_KERNELS forces them (default: those that it chooses)",
    )
    .option('--pairs <n>', 'how many times both sides are measured', parseCount, 5)
    .option(
      '--only <figures>',
      'of load,cold,prefill,decode,memory, or single ones such as prefill-512, with commas between them (default: all)',
    )
    .option(
      '--busy <n>',
      'measure decoding at 0 alone, without and beside n other busy processes (default: without)',
      parseCount,
    )
    .option(
      '--streams <n>',
      'measure n texts at once instead, behind short prompts and long ones',
      parseStreams,
    )
    .option('--load', 'measure Realm alone instead: a prompt of 2,000 tokens under 15 texts that run')
    .option(
      '--soak [minutes]',
      'let work of all kinds arrive at random on Realm instead, and look for what differs from itself alone (default: 20)',
      parseMinutes,
    )
    .option(
      '--server [minutes]',
      'measure the server instead: 64 streams from a second process, of which a third leave (default: 10)',
      parseMinutes,
    )
    .option('--seed <n>', 'of --soak and --server (default: one that is drawn)', parseCount)
    .option(
      '--speculation',
      'measure how fast Realm says texts that repeat, and one that does not, with guesses and without',
    )
    .option('--draft <model>', 'of --speculation: a draft model that guesses beside what the texts repeat')
    .option(
      '--right <percent>',
      'of --draft: of how many tokens it knows the next one (default: 80)',
      parsePercent,
    )
    .option('--plot <file.svg>', 'also draw the ratios into this file')
    .option('--json', 'print everything as one line of JSON')
    .option(...writeOption)
    .allowExcessArguments(false)
    .exitOverride()
    .action(async (options) => {
      const { speculation, draft, right } = options
      if ((draft !== undefined && !speculation) || (right !== undefined && draft === undefined)) {
        throw new SetupError('--draft is an option of --speculation, and --right one of --draft: add that')
      }
      if (options.load || options.soak !== undefined || options.server !== undefined) {
        if (options.kernels !== undefined) process.env.REALM_KERNELS = options.kernels
        const seeded = { seed: randomInt(2 ** 31), ...options }
        const { text, json } = options.load
          ? await load(options)
          : options.server === undefined
            ? await soak({ ...seeded, soak: minutesOf(options.soak, MINUTES) })
            : await serverLoad({ ...seeded, server: minutesOf(options.server, SERVER_MINUTES) })
        write(`${options.json ? JSON.stringify(json) : text}\n`)
        if ('faults' in json && json.faults.length > 0) process.exitCode = 1
        return
      }
      if (options.streams !== undefined || options.speculation) {
        refuseBeside(options)
        const measured = options.speculation ? measureGuesses(options) : measureMany(options)
        const { text, json, machine, model: subject } = await measured
        if (options.write) {
          keep({ machine, subject, command: commandLine('npm run bench', args), report: text })
        }
        write(`${options.json ? JSON.stringify(json) : text}\n`)
        return
      }
      const { report, json } = await compare(options, measure)
      const { machine, model: subject } = report
      const text = formatReport(report)
      if (options.write) {
        keep({
          machine,
          subject,
          command: commandLine('npm run bench', args),
          report: text,
          plot: options.plot,
        })
      }
      write(`${options.json ? JSON.stringify(json) : text}\n`)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}

/** How long a soak is where its option says nothing. */
const MINUTES = 20

/** How long the server is asked where its option says nothing. */
const SERVER_MINUTES = 10

/**
 * @param {number | true} given what the option holds
 * @param {number} usual
 */
function minutesOf(given, usual) {
  return given === true ? usual : given
}

/** @param {string} text */
function parseMinutes(text) {
  const minutes = Number(text)
  if (!(minutes > 0 && minutes <= 1440))
    throw new InvalidArgumentError('Expected minutes: above 0, up to 1440.')
  return minutes
}

/** @param {string} text */
function parsePercent(text) {
  const percent = parseCount(text)
  if (percent > 100) throw new InvalidArgumentError('Expected an integer up to 100.')
  return percent
}

/** @param {string} text */
function parseStreams(text) {
  const streams = parseCount(text)
  if (streams < 2) throw new InvalidArgumentError('Expected an integer from 2.')
  return streams
}

/** @param {BenchOptions & { streams?: number, speculation?: boolean }} options that say nothing of other figures */
function refuseBeside({ only, busy, plot, streams, speculation }) {
  const other = speculation ? { streams } : {}
  const given = Object.entries({ only, busy, plot, ...other }).find(([, value]) => value !== undefined)
  if (given !== undefined) {
    throw new SetupError(
      `--${speculation ? 'speculation' : 'streams'} measures figures of its own; --${given[0]} is for the others: leave one out`,
    )
  }
}

/**
 * @param {BenchOptions} options
 * @param {typeof measureSides} measure
 */
async function compare(options, measure) {
  const figures = chooseFigures(options)
  const machine = readMachine()
  const { model, engines, measurements } = await measure(figures, options)
  const comparisons = compareSides(figures, measurements)
  const { threads, pairs, busy } = options
  const besideBusy = busy === undefined ? undefined : compareBusy(busy, measurements)
  const report = { machine, model, threads, pairs, engines, comparisons, besideBusy }
  if (options.plot !== undefined) {
    writeFileSync(options.plot, drawPlot(comparisons, `${model}, ${threads} threads, ${machine.cpu}`))
  }
  return { report, json: { ...report, measurements } }
}

/**
 * What a comparison runs on.
 *
 * @typedef {object} BenchOptions
 * @property {string} model a catalog name, a path, hf:owner/repo/file or a URL
 * @property {number} threads threads that compute, on both sides
 * @property {number} pairs how many times both sides are measured
 * @property {string} [kernels] Realm's kernels (`REALM_KERNELS`); default those that it chooses
 * @property {string} [only] the figures that are wanted, by their groups or ids, with commas between them; default all
 * @property {number} [busy] how many other processes keep the cores busy while decoding is measured again; default none
 * @property {boolean} [json] whether all is printed as one line of JSON instead of a table
 * @property {string} [plot] the file that the plot of the ratios is written to; default none
 * @property {boolean} [write] whether the result is kept in docs/results
 */
