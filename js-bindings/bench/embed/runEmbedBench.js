import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { reportError } from '../../cli/terminal/reportError.js'
import { fetchTestEmbedder } from '../../scripts/fetchTestEmbedder.js'
import { SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { installPeer } from '../installPeer.js'
import { formatMachine, readMachine } from '../machine.js'
import { runPairs } from '../measureSides.js'
import { peerVersion } from '../openPeer.js'
import { describeRealm } from '../openRealm.js'
import { parseCount } from '../parseCount.js'
import { commandLine, keepResult, writeOption } from '../results.js'
import { runNode } from '../runNode.js'

/** @import { EmbedJob } from './measureEmbed.js' */
/** @import { BarFigure } from '../formatBars.js' */

/** @type {readonly BarFigure[]} */
const FIGURES = [
  { id: 'realm', label: 'Realm', unit: 'tokens/s' },
  { id: 'peer', label: 'node-llama-cpp', unit: 'tokens/s' },
  { id: 'ratio', label: 'Realm / node-llama-cpp', unit: 'x', bar: { least: 2 } },
]

/**
 * Runs `npm run bench:embed` with arguments: both sides embed the same texts, in turns, each time in a fresh process. The
 * peer takes one text at a time. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureEmbedding} [doors.measure] default: measures
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @param {typeof keepResult} [doors.keep] takes the result of `--write`; default: docs
 * @throws {SetupError} if something that is measured fails
 */
export async function runEmbedBench(
  args,
  { measure = measureEmbedding, write = (text) => process.stdout.write(text), keep = keepResult } = {},
) {
  const program = new Command('npm run bench:embed --')
    .description('compares how fast texts become vectors with node-llama-cpp')
    .option('-m, --model <path>', 'a GGUF file (default: all-MiniLM-L6-v2 in F16, which is made once)')
    .option('--pairs <n>', 'how many times both are measured', parseCount, 5)
    .option('--texts <n>', 'that are embedded at once', parseCount, 256)
    .option('--tokens <n>', 'of each text', parseCount, 64)
    .option('--threads <n>', 'threads that compute', parseCount, 2)
    .option('--json', 'print everything as one line of JSON')
    .option(...writeOption)
    .allowExcessArguments(false)
    .exitOverride()
    .action(async ({ json, write: isKept, model: given, ...options }) => {
      const path = given ?? (await fetchTestEmbedder('F16'))
      if (path === undefined) throw new SetupError('there is no model to measure: --model names another')
      const model = basename(path, '.gguf')
      const machine = readMachine()
      const { engine, values } = await measure({ ...options, model: path })
      const { pairs, texts, tokens, threads } = options
      const report = [
        formatMachine(machine),
        `engine: ${engine}; peer: node-llama-cpp ${peerVersion}`,
        `model: ${model}; ${threads} threads; ${texts} texts of ${tokens} tokens; medians (least … greatest) of ${pairs} pairs`,
        '',
        formatBars(FIGURES, values),
      ].join('\n')
      if (isKept) {
        keep({
          machine,
          subject: `embedding-${model}`,
          command: commandLine('npm run bench:embed', args),
          report,
        })
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

/** @param {{ model: string, pairs: number, texts: number, tokens: number, threads: number }} options */
async function measureEmbedding({ pairs, ...job }) {
  const note = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
  const peerFolder = installPeer(note)
  const script = fileURLToPath(new URL('measureEmbed.js', import.meta.url))
  const step = {
    name: 'embedding',
    /** @param {EmbedJob['side']} side */
    async measure(side) {
      const { output } = await runNode(script, [JSON.stringify({ ...job, side, peerFolder })])
      return { speed: JSON.parse(output).tokensPerSecond }
    },
  }
  const { realm, peer } = await runPairs({ pairs, steps: [step], onTurn: note })
  const ratio = realm.speed.map((speed, pair) => speed / peer.speed[pair])
  return { engine: await describeRealm(), values: { realm: realm.speed, peer: peer.speed, ratio } }
}
