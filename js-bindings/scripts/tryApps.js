import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildCommonJs } from './buildCommonJs.js'
import { buildPage } from './buildPage.js'
import { buildProject } from './buildProject.js'
import { buildTypes } from './buildTypes.js'
import { fetchTestModel } from './fetchTestModel.js'
import { pythonWith, testCache } from './pythonEnvironment.js'
import { runMaven } from './runMaven.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'
import { runMocha } from './runSuites.js'

/** What is tried with real apps, by the names of the files in test-js/apps. */
export const SUBJECTS = ['runtimes', 'testRunners', 'bundlers', 'frameworks', 'clients', 'temporal']

/** What is built into the package here, and comes as packages of its own to users. */
const BUILT = ['realm.node', 'librealm-kernels.so']

/**
 * Has other runtimes, test runners, bundlers, frameworks and Temporal run the package, and clients ask its server. They are installed
 * into Realm's cache, since they are a gigabyte.
 *
 * @param {string[]} subjects of SUBJECTS
 * @param {{ write?: boolean }} [options] `write`: whether what the clients find goes into docs/server.md; default false: it is
 *   compared with that
 * @returns {Promise<import('./runSuites.js').TestOutcome>}
 * @throws {SetupError} if they cannot be installed, or the test model is not here
 */
export async function tryApps(subjects, { write = false } = {}) {
  await buildProject()
  await buildTypes()
  await buildPage()
  await buildCommonJs()
  const model = await fetchTestModel()
  if (model === undefined) throw new SetupError('the apps are tried with the test model, which is not here')
  const env = {
    REALM_TEST_MODEL: model,
    ...(subjects.some((name) => !['clients', 'temporal'].includes(name))
      ? { REALM_TEST_APPS: installPackages() }
      : {}),
    ...(subjects.includes('temporal') ? { REALM_TEST_TEMPORAL: installTemporal() } : {}),
    ...(subjects.includes('clients') ? { ...installClients(), REALM_TEST_WRITE: String(write) } : {}),
  }
  return runMocha(
    subjects.map((name) => `test-js/apps/${name}.apps.js`),
    { env },
  )
}

/**
 * Installs the packages of test-js/apps/packages, if the cache does not hold them, and this package beside them.
 *
 * @returns {string} their folder
 */
function installPackages() {
  const folder = installOnce('packages')
  for (const name of readdirSync(folder)) {
    if (name.startsWith('app-')) rmSync(join(folder, name), { recursive: true })
  }
  const packed = mkdtempSync(join(tmpdir(), 'realm-packed-'))
  try {
    npm(['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', packed])
    const [tarball] = readdirSync(packed)
    npm([
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--prefer-offline',
      '--ignore-scripts',
      join(packed, tarball),
    ])
  } finally {
    rmSync(packed, { recursive: true })
  }
  const build = join(folder, 'node_modules/realm-ai/js-bindings/build')
  mkdirSync(build, { recursive: true })
  for (const file of BUILT) cpSync(join(projectRoot, 'js-bindings/build', file), join(build, file))
  return folder
}

/**
 * Installs the clients of test-js/apps/clients, if the cache does not hold them, the Node that they want, and those in Python.
 *
 * @returns {{ REALM_TEST_CLIENTS: string, REALM_TEST_CLIENTS_NODE: string, REALM_TEST_CLIENTS_PYTHON: string }} their folder,
 *   and the programs that run them
 */
function installClients() {
  const folder = installOnce('clients', ['--ignore-scripts'])
  const programs = join(folder, 'programs')
  rmSync(programs, { recursive: true, force: true })
  cpSync(join(projectRoot, 'test-js/apps/clients/programs'), programs, { recursive: true })
  return {
    REALM_TEST_CLIENTS: programs,
    REALM_TEST_CLIENTS_NODE: nodeFor(folder),
    REALM_TEST_CLIENTS_PYTHON: pythonWith(PYTHON_CLIENTS, (line) => console.log(line)),
  }
}

/**
 * Installs the packages of test-js/apps/temporal, if the cache does not hold them, with this package among them, and the server that
 * Temporal has for tests, in Java.
 *
 * @returns {string} their folder
 */
function installTemporal() {
  const folder = installOnce('temporal', ['--ignore-scripts'])
  const own = join(folder, 'node_modules/realm-ai')
  rmSync(own, { recursive: true, force: true })
  symlinkSync(projectRoot, own)
  const server = join(folder, 'server')
  const installed = join(folder, 'server.complete')
  if (!existsSync(installed)) {
    const pom = join(projectRoot, 'test-js/apps/temporal/pom.xml')
    const goals = ['-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${server}`]
    if (runMaven(goals) !== 0) throw new SetupError('Maven found no temporal-test-server: see above')
    writeFileSync(installed, '')
  }
  return folder
}

/** The clients in Python. */
const PYTHON_CLIENTS = ['openai==3.57.0', 'litellm==1.110.2']

/** The Node that clients run on, which want a newer one than this package. */
const CLIENTS_NODE = '22.23.3'

/** @param {string} folder where it is installed @returns {string} its program */
function nodeFor(folder) {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath
  const program = join(folder, 'node_modules/node22/bin/node')
  if (!existsSync(program)) {
    const name = `node22@npm:node-${process.platform}-${process.arch}@${CLIENTS_NODE}`
    npm(['install', '--prefix', folder, '--no-save', '--ignore-scripts', name])
  }
  return program
}

/**
 * Installs the packages of a folder of test-js/apps, if the cache does not hold them.
 *
 * @param {string} name
 * @param {string[]} [flags] of npm
 * @returns {string} where they are
 */
function installOnce(name, flags = []) {
  const source = join(projectRoot, 'test-js/apps', name)
  const sum = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
  const folder = join(testCache, 'apps', `${process.version}-${sum.slice(0, 16)}`)
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
    console.log(`installing the packages of ${join(source, 'package-lock.json')} into ${folder}`)
    rmSync(folder, { recursive: true, force: true })
    cpSync(source, folder, { recursive: true })
    // Not npm ci: it refuses a lock file without the packages of other systems that a registry does not have.
    npm(['install', '--prefix', folder, '--no-save', ...flags])
  }
  return folder
}

/** @param {string[]} args */
function npm(args) {
  if (runProgram('npm', [...args, '--no-audit', '--no-fund'], { ifMissing: 'it comes with Node' }) !== 0) {
    throw new SetupError(
      `npm ${args[0]} failed: its messages are above; the npm registry has to be reachable`,
    )
  }
}
