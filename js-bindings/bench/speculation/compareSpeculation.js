import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveCommandSource } from '../../cli/commandModel.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { findJava } from '../../lib/bridge/findJava.js'
import { findEngine } from '../../lib/bridge/findRuntime.js'
import { jvmOptions } from '../../lib/bridge/jvmOptions.js'
import { findKernels } from '../../lib/bridge/nativeFiles.js'
import { kernelBenchJar } from '../../scripts/buildEngine.js'
import { projectRoot, SetupError } from '../../scripts/runProgram.js'
import { formatBars } from '../formatBars.js'
import { formatMachine, readMachine } from '../machine.js'
import { writeGivenTexts } from './writeGivenTexts.js'

/** @import { BenchOptions } from '../runBench.js' */
/** @import { BarFigure } from '../formatBars.js' */

/** A summary in the words of its text, an edit of a file, and a story (`texts/`), and how much of its speed each has to have. */
const TEXTS = { summary: 1.8, edit: 1.8, free: 0.97 }

/**
 * Measures how fast a model says given texts, without and with guesses, in turns in one process. All rows are computed; which
 * token follows, the given text says; a draft model says it too, but for some tokens.
 *
 * @param {BenchOptions & { draft?: string, right?: number }} options `right`: of how many of 100 tokens the draft knows the next
 *   one; default 80
 * @returns {Promise<{ text: string, json: object, machine: import('../machine.js').Machine, model: string }>}
 */
export async function compareSpeculation({ model: source, threads, pairs, draft, right = 80 }) {
  const { path, name } = await untilInterrupted((signal) => resolveCommandSource(source, signal))
  const smaller =
    draft === undefined ? undefined : await untilInterrupted((signal) => resolveCommandSource(draft, signal))
  const ofDraft = smaller === undefined ? [] : [smaller.path, String(right)]
  const folder = mkdtempSync(join(tmpdir(), 'realm-speculation-'))
  /** @type {Record<string, number[]>} */
  const values = {}
  try {
    const given = join(folder, 'texts')
    await writeGivenTexts(path, Object.keys(TEXTS), given)
    for (const line of run([path, String(threads), String(pairs), given, ...ofDraft])
      .trim()
      .split('\n')) {
      const [id, ...numbers] = line.split(' ')
      const [without, withGuesses, drafted, accepted] = numbers.map(Number)
      add(`${id}-without`, without)
      add(`${id}-with`, withGuesses)
      add(`${id}-ratio`, withGuesses / without)
      add(`${id}-held`, drafted === 0 ? 0 : (100 * accepted) / drafted)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const machine = readMachine()
  const text = [
    formatMachine(machine),
    `model: ${name}; ${threads} threads; given texts; medians (least … greatest) of ${pairs} pairs`,
    ...(smaller === undefined ? [] : [`draft: ${smaller.name}, which knows ${right} % of the tokens`]),
    '',
    formatBars(Object.entries(TEXTS).flatMap(figuresOf), values),
  ].join('\n')
  return { text, json: { machine, model: name, threads, pairs, values }, machine, model: name }

  /**
   * @param {string} id
   * @param {number} value
   */
  function add(id, value) {
    values[id] = [...(values[id] ?? []), value]
  }
}

/**
 * @param {[string, number]} text
 * @returns {BarFigure[]}
 */
function figuresOf([id, least]) {
  return [
    { id: `${id}-without`, label: `${id}, without guesses`, unit: 'tokens/s' },
    { id: `${id}-with`, label: `${id}, with guesses`, unit: 'tokens/s' },
    { id: `${id}-ratio`, label: `${id}, with / without`, unit: 'x', bar: { least } },
    { id: `${id}-held`, label: `${id}, guesses that held`, unit: '%' },
  ]
}

/** @param {string[]} args */
function run(args) {
  const classPath = [findEngine(), join(projectRoot, kernelBenchJar)]
  const java = join(findJava().home, 'bin/java')
  const { status, signal, stdout } = spawnSync(
    java,
    [...jvmOptions({ classPath, kernels: findKernels() }), 'ai.realm.bench.SpeculationBench', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  )
  if (status !== 0) {
    throw new SetupError(
      `SpeculationBench ended with ${signal ?? `exit code ${status}`}, expected 0; its messages are above`,
    )
  }
  return stdout
}
