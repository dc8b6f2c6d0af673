import { buildModelledTiles } from './buildKernels.js'
import { buildProject } from './buildProject.js'
import { buildWasmGuest } from './buildWasmGuest.js'
import { fetchTestEmbedder } from './fetchTestEmbedder.js'
import { fetchTestModel } from './fetchTestModel.js'
import { prepareTinyModels } from './matrix/prepareTinyModels.js'
import { runScript } from './runProgram.js'
import { runJavaScriptTests, runJavaTests, runJavetTests } from './runSuites.js'
import { summarize } from './summarize.js'

// npm test: sets everything up, runs all tests, and closes with one line of their sums. npm run test:thorough: the same with
// more rounds, and with the whole public API in Javet too. The Java tests run beside those in Node, each on a core.

await runScript(async () => {
  const thorough = process.argv.includes('--thorough')
  await buildProject()
  await buildWasmGuest()
  await buildModelledTiles()
  const env = {
    REALM_TEST_MODEL: await fetchTestModel(),
    REALM_TEST_EMBEDDER: await fetchTestEmbedder(),
    REALM_TEST_THOROUGH: String(thorough),
    ...(await prepareTinyModels()),
  }
  console.log('the Java tests, and those in Javet, run beside those in Node; their output comes at their end')
  const [javaScript, { java, javet }] = await Promise.all([
    runJavaScriptTests(env),
    runJavaTests(env).then(async (java) => ({ java, javet: await runJavetTests(env, { thorough }) })),
  ])
  for (const skip of [
    ...java.skips,
    ...javaScript.skips,
    ...javet.skips.map((test) => `in Javet: ${test}`),
  ]) {
    console.log(`skipped: ${skip}`)
  }
  const { line, succeeded } = summarize([java, javaScript, javet])
  console.log(`Java: ${summarize([java]).line}`)
  console.log(`JavaScript: ${summarize([javaScript]).line}`)
  console.log(`JavaScript in Javet: ${summarize([javet]).line}`)
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
