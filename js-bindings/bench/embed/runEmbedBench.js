import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { reportError } from '../../cli/terminal/reportError.js'
import { fetchTestEmbedder } from '../../scripts/fetchTestEmbedder.js'
import { SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { installPeer } from '../installPeer.js'
import { formatMachine, readMachine } from '../machine.js'
import { runPairs } from '../measureSides.js'
import { parseCount } from '../parseCount.js'
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
 * @throws {SetupError} if something that is measured fails
 */
export async function runEmbedBench(args) {
  const program = new Command('npm run bench:embed --')
    .description('compares how fast texts become vectors with node-llama-cpp')
    .option('-m, --model <path>', 'a GGUF file (default: all-MiniLM-L6-v2 in F16, which is made once)')
    .option('--pairs <n>', 'how many times both are measured', parseCount, 5)
    .option('--texts <n>', 'that are embedded at once', parseCount, 256)
    .option('--tokens <n>', 'of each text', parseCount, 64)
    .option('--threads <n>', 'threads that compute', parseCount, 2)
    .option('--json', 'print everything as one line of JSON')
    .allowExcessArguments(false)
    .exitOverride()
    .action(async ({ json, model: given, ...options }) => {
      const model = given ?? (await fetchTestEmbedder('F16'))
      if (model === undefined) throw new SetupError('there is no model to measure: --model names another')
      const machine = readMachine()
      const values = await measure({ ...options, model })
      const { pairs, texts, tokens, threads } = options
      const lines = [
        formatMachine(machine),
        `model: ${model}; ${threads} threads; ${texts} texts of ${tokens} tokens; medians (least … greatest) of ${pairs} pairs`,
        '',
        formatBars(FIGURES, values),
      ]
      process.stdout.write(
        `${json ? JSON.stringify({ machine, model, ...options, values }) : lines.join('\n')}\n`,
      )
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}

/** @param {{ model: string, pairs: number, texts: number, tokens: number, threads: number }} options */
async function measure({ pairs, ...job }) {
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
  return { realm: realm.speed, peer: peer.speed, ratio }
}
