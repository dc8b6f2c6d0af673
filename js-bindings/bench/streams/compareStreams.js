import { fileURLToPath } from 'node:url'
import { resolveCommandSource } from '../../cli/commandModel.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { formatBars } from '../formatBars.js'
import { installPeer } from '../installPeer.js'
import { formatMachine, readMachine } from '../machine.js'
import { runPairs } from '../measureSides.js'
import { runNode } from '../runNode.js'

/** @import { BenchOptions } from '../runBench.js' */
/** @import { BarFigure } from '../formatBars.js' */
/** @import { Measurements } from '../measureSides.js' */
/** @import { Streams } from './measureStreams.js' */

/** Tokens of each text. */
const TOKENS = 128

/** Prompts of a chat's first messages, and what is shorter than any. */
const SHORT = 8
const LONG = { from: 32, to: 512 }

const script = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * What is measured: a text alone, and `streams` at once, behind short prompts and behind long ones.
 *
 * @param {number} streams from 2
 * @returns {Streams[]}
 */
export function planStreams(streams) {
  const spread = Array.from({ length: streams }, (_, i) =>
    Math.round(LONG.from + ((LONG.to - LONG.from) * i) / (streams - 1)),
  )
  return [
    { id: 'alone', prompts: [SHORT] },
    { id: 'short', prompts: Array(streams).fill(SHORT) },
    { id: 'long', prompts: spread },
  ]
}

/**
 * Compares how fast both sides make several texts at once, in turns, each time in a fresh process.
 *
 * @param {BenchOptions & { streams: number }} options
 * @returns {Promise<{ text: string, json: object, machine: import('../machine.js').Machine, model: string }>}
 */
export async function compareStreams({ model: source, threads, kernels, pairs, streams }) {
  const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
  const { path, name } = await untilInterrupted((signal) => resolveCommandSource(source, signal))
  const peerFolder = installPeer(log)
  const plan = planStreams(streams)
  const texts = 2 * plan.reduce((sum, { prompts }) => sum + prompts.length, 0)
  const { output } = await runNode(script('../writePromptIds.js'), [path, String(LONG.to + texts)])
  const job = {
    model: path,
    threads,
    contextLength: LONG.to + TOKENS,
    sequences: streams,
    ids: JSON.parse(output),
    passes: [],
    peerFolder,
    tokens: TOKENS,
    streams: plan,
  }
  const engines = { realm: '', peer: '' }
  const measurements = await runPairs({
    pairs,
    steps: [
      {
        name: `${streams} streams`,
        async measure(side) {
          const env = side === 'realm' && kernels !== undefined ? { REALM_KERNELS: kernels } : {}
          const run = await runNode(script('measureStreams.js'), [JSON.stringify({ ...job, side })], env)
          const { description, figures } = JSON.parse(run.output)
          engines[side] = description
          return figures
        },
      },
    ],
    onTurn: log,
  })
  const machine = readMachine()
  const values = { ...prefixed(measurements), ...ratios(measurements) }
  const text = [
    formatMachine(machine),
    `engine: ${engines.realm}; peer: ${engines.peer}`,
    `model: ${name}; ${threads} threads; ${streams} texts of ${TOKENS} tokens; medians (least … greatest) of ${pairs} pairs`,
    '',
    formatBars(figuresOf(streams), values),
  ].join('\n')
  return {
    text,
    json: { machine, model: name, threads, pairs, streams, engines, values },
    machine,
    model: name,
  }
}

/**
 * @param {number} streams
 * @returns {BarFigure[]}
 */
function figuresOf(streams) {
  const short = `behind prompts of ${SHORT}`
  const long = `behind prompts of ${LONG.from} to ${LONG.to}`
  return [
    { id: 'realm-alone', label: 'Realm, one text', unit: 'tokens/s' },
    ...['realm', 'peer'].flatMap((side) =>
      ['short', 'long'].flatMap((id) => {
        const of = `${side === 'realm' ? 'Realm' : 'node-llama-cpp'}, ${streams} ${id === 'short' ? short : long}`
        return /** @type {BarFigure[]} */ ([
          { id: `${side}-${id}`, label: of, unit: 'tokens/s' },
          { id: `${side}-${id}-p99`, label: `${of}: p99 between tokens`, unit: 'ms' },
        ])
      }),
    ),
    { id: 'short-gain', label: `Realm, ${streams} ${short} / one`, unit: 'x' },
    { id: 'short-ratio', label: `Realm / node-llama-cpp, ${short}`, unit: 'x' },
    { id: 'long-ratio', label: `Realm / node-llama-cpp, ${long}`, unit: 'x' },
  ]
}

/** @param {Measurements} measurements */
function prefixed(measurements) {
  /** @type {Record<string, number[]>} */
  const values = {}
  for (const side of /** @type {const} */ (['realm', 'peer'])) {
    for (const [id, list] of Object.entries(measurements[side])) values[`${side}-${id}`] = list
  }
  return values
}

/** @param {Measurements} measurements */
function ratios({ realm, peer }) {
  const each = (/** @type {number[]} */ a, /** @type {number[]} */ b) => a.map((value, i) => value / b[i])
  return {
    'short-gain': each(realm.short, realm.alone),
    'short-ratio': each(realm.short, peer.short),
    'long-ratio': each(realm.long, peer.long),
  }
}
