import { buildModelledTiles } from './buildKernels.js'
import { buildProject } from './buildProject.js'
import { buildWasmGuest } from './buildWasmGuest.js'
import { fetchTestModel } from './fetchTestModel.js'
import { runJavaScriptTests } from './runJavaScriptTests.js'
import { runJavaTests } from './runJavaTests.js'
import { runJavetTests } from './runJavetTests.js'
import { runScript } from './runProgram.js'
import { summarize } from './summarize.js'

// npm test: sets everything up, runs all tests, and closes with one line of their sums.

await runScript(async () => {
  await buildProject()
  await buildWasmGuest()
  await buildModelledTiles()
  const env = { REALM_TEST_MODEL: await fetchTestModel() }
  const java = runJavaTests(env)
  const javaScript = runJavaScriptTests(env)
  const javet = runJavetTests(env)
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
