import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSurefireReports } from './readSurefireReports.js'
import { startMaven } from './runMaven.js'
import { projectRoot, startProgram } from './runProgram.js'

/**
 * What one suite has to say of its tests.
 *
 * @typedef {object} TestOutcome
 * @property {number} passed how many tests passed
 * @property {number} failed how many tests failed
 * @property {string[]} skips each skipped test's name with its reason
 * @property {boolean} finished whether the runner came to its end and reported success
 */

/** What uses the engine through the public API. */
export const PUBLIC_API = [
  'test-js/Model.test.js',
  'test-js/conformance/*.test.js',
  'test-js/engine/*.test.js',
  'test-js/examples/*.test.js',
  'test-js/guest/*.test.js',
  'test-js/host/*.test.js',
  'test-js/storage/*.test.js',
  'test-js/wasmGuest/*.test.js',
]

/** Of these, what shows that each way through the bridge is open, and that each architecture works. */
export const PUBLIC_API_IN_SHORT = [
  'test-js/Model.test.js',
  'test-js/engine/architectures.test.js',
  'test-js/guest/*.test.js',
  'test-js/storage/*.test.js',
]

/** Tests most of which start processes, with Java in them. */
const OF_PROCESSES = ['apps', 'bridge', 'cli', 'containers', 'docs', 'examples', 'javet'].map(
  (room) => `test-js/${room}/**/*.test.js`,
)

/**
 * Runs suites, as many at a time as there are places: where one has ended, the next begins.
 *
 * @template T
 * @param {(() => Promise<T>)[]} suites
 * @param {number} places at least 1
 * @returns {Promise<T[]>} what each gave, in their order
 */
export async function runBeside(suites, places) {
  /** @type {T[]} */
  const outcomes = []
  const left = suites.entries()
  const take = async () => {
    for (const [i, suite] of left) outcomes[i] = await suite()
  }
  await Promise.all(Array.from({ length: places }, take))
  return outcomes
}

/**
 * Runs the Java tests. Their output comes at their end.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {Promise<TestOutcome>}
 */
export async function runJavaTests(env) {
  const reports = join(projectRoot, 'test-java/target/surefire-reports')
  rmSync(reports, { recursive: true, force: true })
  const finished = (await startMaven(['test'], { env })) === 0
  return { ...readSurefireReports(reports), finished }
}

/**
 * Runs the tests of test-js, but for those of processes.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {Promise<TestOutcome>}
 */
export function runJavaScriptTests(env) {
  return runMocha(['test-js/**/*.test.js'], { ignored: OF_PROCESSES, env })
}

/**
 * Runs the tests of processes in test-js. Their output comes at their end.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {Promise<TestOutcome>}
 */
export function runProcessTests(env) {
  return runMocha(OF_PROCESSES, { env, held: true })
}

/**
 * Runs tests of the public API once more in Javet, as `realm run` runs any program. Their output comes at their end.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @param {object} options
 * @param {boolean} options.thorough whether all of them, and the examples, not only what each part of the bridge needs
 * @returns {Promise<TestOutcome>}
 */
export function runJavetTests(env, { thorough }) {
  const launcher = [process.execPath, 'js-bindings/cli/realm.js', 'run']
  return runMocha(thorough ? PUBLIC_API : PUBLIC_API_IN_SHORT, { launcher, env, held: true })
}

/**
 * Runs Mocha tests. A process that does not exit by itself when they are done fails the run, after 20 minutes.
 *
 * @param {string[]} files patterns of test files
 * @param {object} options
 * @param {string[]} [options.ignored] patterns of files among them that are left out; default none
 * @param {string[]} [options.launcher] what runs Mocha's program; default: the Node of this process
 * @param {NodeJS.ProcessEnv} options.env variables that are added to those of this process
 * @param {boolean} [options.held] whether its output comes at its end; default false
 * @returns {Promise<TestOutcome>}
 */
export async function runMocha(files, { ignored = [], launcher = [process.execPath], env, held = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'realm-tests-'))
  const result = join(folder, 'result.json')
  const [program, ...args] = [
    ...launcher,
    'node_modules/mocha/bin/mocha.js',
    ...files,
    ...ignored.flatMap((pattern) => ['--ignore', pattern]),
    '--reporter',
    'js-bindings/scripts/MochaReporter.js',
    '--reporter-option',
    `result=${result}`,
  ]
  try {
    const code = await startProgram(program, args, { env, held, timeoutMinutes: 20 })
    const counts = existsSync(result)
      ? JSON.parse(readFileSync(result, 'utf8'))
      : { passed: 0, failed: 0, skips: [] }
    return { ...counts, finished: code === 0 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
