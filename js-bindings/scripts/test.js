import { buildModelledTiles } from './buildKernels.js'
import { buildPage } from './buildPage.js'
import { buildProject } from './buildProject.js'
import { buildWasmGuest } from './buildWasmGuest.js'
import { fetchTestEmbedder } from './fetchTestEmbedder.js'
import { fetchTestModel } from './fetchTestModel.js'
import { prepareTinyModels } from './matrix/prepareTinyModels.js'
import { runArm64Tests } from './runArm64Tests.js'
import { runScript } from './runProgram.js'
import { runSparkTests } from './runSparkTests.js'
import { runBeside, runJavaScriptTests, runJavaTests, runJavetTests, runProcessTests } from './runSuites.js'
import { prepareSchemas } from './schemas/prepareSchemas.js'
import { summarize } from './summarize.js'
import { SUBJECTS, tryApps } from './tryApps.js'

// npm test: sets everything up, runs all tests, and closes with one line of their sums. npm run test:thorough: the same with
// more rounds, with the whole public API in Javet too, with the apps of npm run test:apps, in Apache Spark, and with the kernels on
// an emulated ARM CPU. Two suites run at a time, each on a core; the longest come first.

await runScript(async () => {
  const thorough = process.argv.includes('--thorough')
  await buildProject()
  await buildPage()
  await buildWasmGuest()
  await buildModelledTiles()
  const env = {
    REALM_TEST_MODEL: await fetchTestModel(),
    REALM_TEST_EMBEDDER: await fetchTestEmbedder(),
    REALM_TEST_THOROUGH: String(thorough),
    ...(await prepareTinyModels()),
    ...prepareSchemas(),
  }
  console.log('two suites run at a time; the output of all but one comes at their end')
  const [inNode, java, ofProcesses, javet] = await runBeside(
    [
      () => runJavaScriptTests(env),
      () => runJavaTests(env),
      () => runProcessTests(env),
      () => runJavetTests(env, { thorough }),
    ],
    2,
  )
  const apps = thorough ? [await tryApps(SUBJECTS)] : []
  const spark = thorough ? [await runSparkTests()] : []
  const onArm = (thorough ? [await runArm64Tests()] : []).filter((outcome) => outcome !== undefined)
  for (const skip of [
    ...java.skips,
    ...[...spark, ...onArm].flatMap((outcome) => outcome.skips),
    ...inNode.skips,
    ...ofProcesses.skips,
    ...javet.skips.map((test) => `in Javet: ${test}`),
  ]) {
    console.log(`skipped: ${skip}`)
  }
  const { line, succeeded } = summarize([java, inNode, ofProcesses, javet, ...apps, ...spark, ...onArm])
  console.log(`Java: ${summarize([java]).line}`)
  console.log(`JavaScript: ${summarize([inNode, ofProcesses]).line}`)
  console.log(`JavaScript in Javet: ${summarize([javet]).line}`)
  for (const tried of apps) console.log(`apps: ${summarize([tried]).line}`)
  for (const outcome of spark) console.log(`Java in Spark: ${summarize([outcome]).line}`)
  for (const outcome of onArm) console.log(`Java on ARM: ${summarize([outcome]).line}`)
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
