import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildCommonJs } from './buildCommonJs.js'
import { buildPage } from './buildPage.js'
import { buildProject } from './buildProject.js'
import { buildTypes } from './buildTypes.js'
import { fetchTestModel } from './fetchTestModel.js'
import { testCache } from './pythonEnvironment.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'
import { runMocha } from './runSuites.js'

/** What is tried with real apps, by the names of the files in test-js/apps. */
export const SUBJECTS = ['runtimes', 'testRunners', 'bundlers', 'frameworks']

/** What is built into the package here, and comes as packages of its own to users. */
const BUILT = ['realm.node', 'librealm-kernels.so']

/**
 * Has other runtimes, test runners, bundlers and frameworks run the package. They are installed into Realm's cache, since they
 * are a gigabyte.
 *
 * @param {string[]} subjects of SUBJECTS
 * @returns {Promise<import('./runSuites.js').TestOutcome>}
 * @throws {SetupError} if they cannot be installed, or the test model is not here
 */
export async function tryApps(subjects) {
  await buildProject()
  await buildTypes()
  await buildPage()
  await buildCommonJs()
  const model = await fetchTestModel()
  if (model === undefined) throw new SetupError('the apps are tried with the test model, which is not here')
  const env = { REALM_TEST_MODEL: model, REALM_TEST_APPS: installPackages() }
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
  const source = join(projectRoot, 'test-js/apps/packages')
  const sum = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
  const folder = join(testCache, 'apps', `${process.version}-${sum.slice(0, 16)}`)
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) {
    console.log(`installing the packages of ${join(source, 'package-lock.json')} into ${folder}`)
    rmSync(folder, { recursive: true, force: true })
    cpSync(source, folder, { recursive: true })
    // Not npm ci: it refuses a lock file without the packages of other systems that a registry does not have.
    npm(['install', '--prefix', folder, '--no-save'])
  }
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

/** @param {string[]} args */
function npm(args) {
  if (runProgram('npm', [...args, '--no-audit', '--no-fund'], { ifMissing: 'it comes with Node' }) !== 0) {
    throw new SetupError(
      `npm ${args[0]} failed: its messages are above; the npm registry has to be reachable`,
    )
  }
}
