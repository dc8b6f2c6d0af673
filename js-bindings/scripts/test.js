import { buildProject } from './buildProject.js'
import { runJavaScriptTests } from './runJavaScriptTests.js'
import { runJavaTests } from './runJavaTests.js'
import { runScript } from './runScript.js'
import { failuresOf } from './testOutcome.js'

// npm test: sets everything up, runs all tests, and closes with one line of their sums.

await runScript(async () => {
  await buildProject()
  const env = {}
  const java = runJavaTests(env)
  const javaScript = runJavaScriptTests(env)
  const skips = [...java.skips, ...javaScript.skips]
  for (const skip of skips) {
    console.log(`skipped: ${skip}`)
  }
  console.log(`Java: ${sums([java])}`)
  console.log(`JavaScript: ${sums([javaScript])}`)
  console.log(sums([java, javaScript]))
  const succeeded = [java, javaScript].every((outcome) => failuresOf(outcome) === 0 && outcome.passed > 0)
  process.exitCode = succeeded ? 0 : 1
})

/** @param {import('./testOutcome.js').TestOutcome[]} outcomes */
function sums(outcomes) {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + failuresOf(outcome), 0)
  const skipped = outcomes.reduce((sum, outcome) => sum + outcome.skips.length, 0)
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
