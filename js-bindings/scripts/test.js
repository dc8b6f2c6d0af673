import { buildProject } from './buildProject.js'
import { buildWasmGuest } from './buildWasmGuest.js'
import { fetchTestModel } from './fetchTestModel.js'
import { runJavaScriptTests } from './runJavaScriptTests.js'
import { runJavaTests } from './runJavaTests.js'
import { runScript } from './runScript.js'
import { summarize } from './summarize.js'

// npm test: sets everything up, runs all tests, and closes with one line of their sums.

await runScript(async () => {
  await buildProject()
  await buildWasmGuest()
  const env = { REALM_TEST_MODEL: await fetchTestModel() }
  const java = runJavaTests(env)
  const javaScript = runJavaScriptTests(env)
  for (const skip of [...java.skips, ...javaScript.skips]) {
    console.log(`skipped: ${skip}`)
  }
  const { line, succeeded } = summarize([java, javaScript])
  console.log(`Java: ${summarize([java]).line}`)
  console.log(`JavaScript: ${summarize([javaScript]).line}`)
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
