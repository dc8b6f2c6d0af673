import { Command } from 'commander'
import { findJava } from '../../lib/bridge/findJava.js'
import { findAddon, findEngine } from '../../lib/bridge/findRuntime.js'
import { detectRuntime } from '../../lib/detectRuntime.js'
import { engineInfo } from '../../lib/diagnostics.js'
import { RealmError } from '../../lib/errors/RealmError.js'
import { javetState } from '../../lib/javet/javetProgram.js'
import { cacheDirectory, cachedModels } from '../../lib/source/cache.js'
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
  const java = await found(() => findJava())
  const addon = await found(findAddon)
  const jar = await found(findEngine)
  const engine = problems.length === 0 ? await found(engineInfo) : null
  const models = (await found(cachedModels)) ?? []
  const bytes = models.reduce((sum, { size }) => sum + size, 0)
  return {
    realm: packageManifest.version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    bridge: { kind: (await detectRuntime()).bridge, addon, jar },
    java,
    engine,
    javet: await javetState(),
    cache: { path: cacheDirectory(), models: models.length, bytes },
    problems,
  }
}

/** @param {Report} report */
function print({ realm, node, platform, bridge, java, engine, javet, cache, problems }) {
  const lines = [
    ['Realm', realm],
    ['Node', `${node}, ${platform}`],
    ['Bridge', `${bridge.kind}: ${bridge.addon ?? 'missing'}`],
    ['Engine', bridge.jar ?? 'missing'],
    ['Java', java ? `${java.version}: ${java.home}` : 'missing'],
    ['Kernels', engine ? `${engine.kernels}: ${engine.reason}` : 'the engine does not start'],
    ['Javet', describeJavet(javet)],
    ['Models', `${cache.models} in ${cache.path} (${formatBytes(cache.bytes)})`],
  ]
  for (const [what, value] of lines) process.stdout.write(`${what.padEnd(8)} ${value}\n`)
  for (const { code, message } of problems) process.stderr.write(`error[${code}]: ${message}\n`)
}

/** @param {import('../../lib/javet/javetProgram.js').JavetState} state */
function describeJavet({ works, reason, cached, bytes }) {
  if (!works) return `realm run does not work here: ${reason}`
  return cached
    ? `realm run works: ${formatBytes(bytes)} in the cache`
    : `realm run works, and fetches ${formatBytes(bytes)} the first time`
}
