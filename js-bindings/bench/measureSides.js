import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { resolveCommandSource } from '../cli/commandModel.js'
import { untilInterrupted } from '../cli/terminal/untilInterrupted.js'
import { planPasses } from './figures.js'
import { installPeer } from './installPeer.js'
import { runNode } from './runNode.js'

/** @import { BenchOptions } from './runBench.js' */
/** @import { Job } from './openEngine.js' */
/** @import { Figure } from './figures.js' */

/** The length of a short question's prompt. */
const COLD_PROMPT_TOKENS = 35

const script = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))
const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

/**
 * Measures figures on both sides, each value in a fresh process.
 *
 * @param {Figure[]} figures those that are wanted
 * @param {BenchOptions} options
 * @returns {Promise<{ model: string, engines: { realm: string, peer: string }, measurements: Measurements }>} the model's
 *   name, what the engines say of themselves, and the values
 */
export async function measureSides(figures, { model: source, threads, kernels, pairs }) {
  const { path: model, name } = await untilInterrupted((signal) => resolveCommandSource(source, signal))
  const peerFolder = installPeer(log)
  const passes = planPasses(figures)
  const tokens = Math.max(
    ...passes.map(({ promptTokens, decodedTokens }) => promptTokens + 1 + decodedTokens),
  )
  await readThrough(model)
  const prompt = await runNode(script('writePromptIds.js'), [
    model,
    String(Math.max(tokens, COLD_PROMPT_TOKENS)),
  ])
  /** @type {Omit<Job, 'side'>} */
  const job = {
    model,
    threads,
    contextLength: Math.max(tokens, 2 * COLD_PROMPT_TOKENS),
    ids: JSON.parse(prompt.output),
    passes,
    peerFolder,
  }
  const engines = { realm: '', peer: '' }

  /** @param {string} file @param {Job} sideJob */
  async function run(file, sideJob) {
    const env = sideJob.side === 'realm' && kernels !== undefined ? { REALM_KERNELS: kernels } : {}
    const { output, firstOutputMs } = await runNode(script(file), [JSON.stringify(sideJob)], env)
    // A token's text comes before the JSON, and may hold line feeds.
    const last = JSON.parse(output.slice(output.lastIndexOf('\n', output.length - 2) + 1))
    engines[sideJob.side] = last.description
    return { figures: last.figures, firstOutputMs }
  }

  /** @type {Step} */
  const cold = {
    name: 'cold start',
    async measure(side) {
      const ids = job.ids.slice(0, COLD_PROMPT_TOKENS)
      return { cold: (await run('measureCold.js', { ...job, side, ids })).firstOutputMs }
    },
  }
  /** @type {Step} */
  const warm = {
    name: 'warm',
    measure: async (side) => (await run('measureWarm.js', { ...job, side })).figures,
  }
  const steps = [
    ...(figures.some(({ group }) => group === 'cold') ? [cold] : []),
    ...(figures.some(({ group }) => group !== 'cold') ? [warm] : []),
  ]
  return { model: name, engines, measurements: await runPairs({ pairs, steps, onTurn: log }) }
}

/**
 * Reads the file once, so that neither side alone has to fetch it from the disk.
 *
 * @param {string} path
 */
async function readThrough(path) {
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) bytes += chunk.length
  log(`${path}: ${Math.round(bytes / 1e6)} MB`)
}

/**
 * The values of both sides' figures, by the figures' ids; the n-th values of both were measured in the n-th pair.
 *
 * @typedef {{ realm: Record<string, number[]>, peer: Record<string, number[]> }} Measurements
 */

/**
 * One thing that is measured on both sides.
 *
 * @typedef {object} Step
 * @property {string} name such as `cold start`, for the progress
 * @property {(side: 'realm' | 'peer') => Promise<Record<string, number>>} measure gives figures by their ids
 */

/** @type {readonly ('realm' | 'peer')[]} */
const SIDES = ['realm', 'peer']

/**
 * Measures both sides in turns, so that what else the machine does at a time meets both.
 *
 * @param {object} options
 * @param {number} options.pairs how many values each figure gets; from 1
 * @param {readonly Step[]} options.steps what a pair consists of; in each step Realm goes first, then the peer
 * @param {(turn: string) => void} options.onTurn is told what is measured next
 * @returns {Promise<Measurements>}
 */
export async function runPairs({ pairs, steps, onTurn }) {
  /** @type {Measurements} */
  const measurements = { realm: {}, peer: {} }
  for (let pair = 1; pair <= pairs; pair++) {
    for (const { name, measure } of steps) {
      for (const side of SIDES) {
        onTurn(`pair ${pair} of ${pairs}: ${name}, ${side}`)
        for (const [id, value] of Object.entries(await measure(side))) {
          measurements[side][id] ??= []
          measurements[side][id].push(value)
        }
      }
    }
  }
  return measurements
}
