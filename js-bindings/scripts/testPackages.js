import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildCommonJs } from './buildCommonJs.js'
import { buildPage } from './buildPage.js'
import { buildProject } from './buildProject.js'
import { buildTypes } from './buildTypes.js'
import { buildWasmGuest } from './buildWasmGuest.js'
import { fetchTestEmbedder } from './fetchTestEmbedder.js'
import { fetchTestModel } from './fetchTestModel.js'
import { prepareTinyModels } from './matrix/prepareTinyModels.js'
import { checkTarballs } from './pack/checkTarballs.js'
import { findJdks } from './pack/findJdks.js'
import { packAll } from './pack/packAll.js'
import { findPlatform } from './platforms.js'
import { runScript, SetupError } from './runProgram.js'
import { PUBLIC_API, PUBLIC_API_IN_SHORT } from './runSuites.js'

// npm run test:packages: packs for this system, and has a machine without Java and compilers install and run that.
// -- --thorough: with every package manager on every Node, and all tests of the public API.

await runScript(async () => {
  const thorough = process.argv.includes('--thorough')
  await buildProject()
  await buildTypes()
  await buildPage()
  await buildCommonJs()
  await buildWasmGuest()
  const model = await fetchTestModel()
  if (model === undefined) throw new SetupError('the packages cannot be tried without a model')
  // Loaded late: they need npm packages, which a fresh clone does not have when this file is loaded.
  const { cacheDirectory } = await import('../lib/source/cacheFolders.js')
  const { tryPackages } = await import('./tryPackages/tryPackages.js')
  const folder = mkdtempSync(join(tmpdir(), 'realm-packages-'))
  // The machine's user passes through.
  chmodSync(folder, 0o755)
  try {
    const dist = join(folder, 'dist')
    const platforms = [findPlatform()]
    await packAll({ into: dist, platforms, jdks: findJdks([]), log: console.log })
    const { report, problems } = await checkTarballs(dist)
    for (const line of report) console.log(line)
    const machine = join(folder, 'machine')
    for (const kind of /** @type {const} */ (['models', 'java'])) {
      const cached = cacheDirectory(kind)
      mkdirSync(cached, { recursive: true })
      cpSync(cached, join(machine, 'cache/realm', kind), { recursive: true })
    }
    const env = {
      REALM_TEST_MODEL: model,
      REALM_TEST_EMBEDDER: await fetchTestEmbedder(),
      ...(await prepareTinyModels()),
    }
    const files = thorough ? PUBLIC_API : PUBLIC_API_IN_SHORT
    problems.push(...(await tryPackages({ dist, machine, thorough, files, env, log: console.log })))
    for (const problem of problems) console.error(`failed: ${problem}`)
    console.log(problems.length === 0 ? 'the packages are as they should be' : `${problems.length} problems`)
    process.exitCode = problems.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
