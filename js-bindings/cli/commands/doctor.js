import { Command } from 'commander'
import { explainTogether } from '../../lib/bridge/explainMissing.js'
import { findAddon } from '../../lib/bridge/findAddon.js'
import { findJava } from '../../lib/bridge/findJava.js'
import { findEngine } from '../../lib/bridge/findRuntime.js'
import { detectRuntime } from '../../lib/detectRuntime.js'
import { engineInfo } from '../../lib/diagnostics.js'
import { RealmError } from '../../lib/errors/RealmError.js'
import { javetState } from '../../lib/javet/javetProgram.js'
import { cachedModels } from '../../lib/source/cachedModels.js'
import { cacheDirectory } from '../../lib/source/cacheFolders.js'
import { packageManifest } from '../packageManifest.js'
import { formatBytes, printJson } from '../terminal/print.js'

/** `realm doctor`: what Realm runs on here, and what is missing. */
export function doctorCommand() {
  return new Command('doctor')
    .description('say what Realm runs on here, and what is missing; exit code 1 if it cannot run')
    .option('--json', 'print it as JSON')
    .action(run)
}

/** @param {{ json?: boolean }} options */
async function run({ json }) {
  const report = await examine()
  if (json) printJson(report)
  else print(report)
  if (report.problems.length > 0) process.exitCode = 1
}

/** @typedef {Awaited<ReturnType<typeof examine>>} Report */

/** Of what is not there: the errors below say what was searched, and what to do. */
const MISSING = 'missing, see below'
/** Of what cannot be told without what is missing. */
const WAITING = 'can be told once the missing is there'

async function examine() {
  /** @type {{ code: string, message: string }[]} */
  const problems = []
  /**
   * @template T
   * @param {() => T | Promise<T>} look
   * @returns {Promise<T | null>}
   */
  const found = async (look) => {
    try {
      return await look()
    } catch (error) {
      if (!(error instanceof RealmError)) throw error
      problems.push({ code: error.code, message: error.message })
      return null
    }
  }
  const { explain, reasons } = explainTogether()
  const java = await found(() => findJava({ explain }))
  const addon = await found(() => findAddon({ explain }).file)
  const jar = await found(() => findEngine({ explain }))
  const last = problems.at(-1)
  if (last !== undefined) last.message = [last.message, ...reasons].join(' ')
  const engine = problems.length === 0 ? await found(engineInfo) : null
  const models = (await found(cachedModels)) ?? []
  const bytes = models.reduce((sum, { size }) => sum + size, 0)
  const state = await javetState()
  return {
    realm: packageManifest.version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    bridge: { kind: (await detectRuntime()).bridge, addon, jar },
    java,
    engine,
    javet: state,
    cache: { path: cacheDirectory(), models: models.length, bytes },
    problems,
  }
}

/** @param {Report} report */
function print({ realm, node, platform, bridge, java, engine, javet, cache, problems }) {
  const isMissing = java === null || bridge.addon === null || bridge.jar === null
  const lines = [
    ['Realm', realm],
    ['Node', `${node}, ${platform}`],
    ['Java', java ? `${java.version}: ${java.home}` : MISSING],
    ['Addon', bridge.addon ?? MISSING],
    ['Engine', bridge.jar ?? MISSING],
    [
      'Kernels',
      engine ? `${engine.kernels}: ${engine.reason}` : isMissing ? WAITING : 'the engine does not start',
    ],
    ['Javet', isMissing ? WAITING : describeJavet(javet)],
    ['Models', `${cache.models} in ${cache.path} (${formatBytes(cache.bytes)})`],
  ]
  for (const [what, value] of lines) process.stdout.write(`${what.padEnd(8)} ${value}\n`)
  process.stdout.write(problems.length === 0 ? '\nAll is there: Realm runs here.\n' : '\n')
  for (const { code, message } of problems) process.stderr.write(`error[${code}]: ${message}\n`)
}

/** @param {import('../../lib/javet/javetProgram.js').JavetState} state */
function describeJavet({ works, reason, cached, bytes }) {
  if (!works) return `realm run does not work here: ${reason}`
  return cached
    ? `realm run works: ${formatBytes(bytes)} in the cache`
    : `realm run works, and fetches ${formatBytes(bytes)} the first time`
}
