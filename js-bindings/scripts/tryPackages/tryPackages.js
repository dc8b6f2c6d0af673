import { join } from 'node:path'
import { App } from './apps.js'
import { installTools, NODES } from './installTools.js'
import { Machine } from './Machine.js'
import { runApiTests } from './runApiTests.js'
import { startRegistry } from './startRegistry.js'

/** @import { Installer, Trial } from './apps.js' */

/**
 * Which package manager is tried on which Node.
 *
 * @type {readonly [Installer, keyof typeof NODES][]}
 */
const FEW = [
  ['npm', 'node20'],
  ['npm', 'node22'],
  ['npm', 'node24'],
  ['pnpm', 'node22'],
  ['yarn', 'node24'],
  ['yarn-pnp', 'node22'],
]

/** @type {readonly [Installer, keyof typeof NODES][]} */
const ALL = /** @type {const} */ (['npm', 'pnpm', 'yarn', 'yarn-pnp']).flatMap((installer) =>
  /** @type {const} */ (['node20', 'node22', 'node24']).map(
    (node) => /** @type {[Installer, keyof typeof NODES]} */ ([installer, node]),
  ),
)

/**
 * Installs realm-ai from a registry on loopback on a machine without Java and compilers, and runs it there: programs of
 * users, and tests of the public API.
 *
 * @param {object} options
 * @param {string} options.dist the folder of the tarballs
 * @param {string} options.machine the machine's folder, whose `cache` has the model
 * @param {boolean} options.thorough whether with every package manager on every Node
 * @param {string[]} options.files patterns of the tests
 * @param {NodeJS.ProcessEnv} options.env what the tests are told of models
 * @param {(line: string) => void} options.log is told what was tried
 * @returns {Promise<string[]>} what did not go as it should
 * @throws {import('../runProgram.js').SetupError} if no such machine or registry can be had
 */
export async function tryPackages({ dist, machine: folder, thorough, files, env, log }) {
  const tools = installTools(log)
  const machine = new Machine({ tools, folder })
  machine.handOver(join(folder, 'cache'))
  const { url, close } = await startRegistry({ tools, dist, folder: join(folder, 'registry') })
  /** @type {string[]} */
  const problems = []
  /** @param {Trial} trial */
  const tell = ({ what, problem, seconds }) => {
    log(`${problem === undefined ? 'good' : 'FAILED'}: ${what} (${seconds.toFixed(1)} s)`)
    if (problem !== undefined) problems.push(`${what}: ${problem}`)
  }
  try {
    tell(machine.lacksBuildTools())
    for (const [installer, node] of thorough ? ALL : FEW) {
      const app = new App(machine, { node, installer, url })
      tell(app.install())
      tell(app.ask('paris.mjs'))
      tell(app.ask('paris.cjs'))
      if (installer === 'npm') tell(app.doctor())
      if (installer === 'npm') tell(app.askTyped())
    }
    const omitting = new App(machine, { node: 'node22', installer: 'npm', url, name: 'omitting' })
    tell(omitting.install(['--omit=optional']))
    tell(
      omitting.fail(
        'paris.mjs',
        /optional dependencies, and were left out, as --omit=optional does.*Run "npm install"/,
      ),
    )
    const tested = new App(machine, { node: 'node22', installer: 'npm', url, name: 'tested' })
    tell(tested.install())
    const { passed, failed, skips, finished, output } = runApiTests(machine, {
      node: 'node22',
      app: tested,
      files,
      env,
    })
    for (const skip of skips) log(`skipped: ${skip}`)
    log(
      `tests of the public API against the installed package: ${passed} passed, ${failed} failed, ${skips.length} skipped`,
    )
    if (failed > 0 || !finished || passed === 0)
      problems.push(`tests against the installed package:\n${output}`)
    return problems
  } finally {
    await close()
  }
}
