import { runScript } from './runProgram.js'
import { runSparkTests } from './runSparkTests.js'
import { summarize } from './summarize.js'

// npm run test:spark: rows of Apache Spark, in executors of which some are killed.

await runScript(async () => {
  const outcome = await runSparkTests()
  for (const skip of outcome.skips) console.log(`skipped: ${skip}`)
  const { line, succeeded } = summarize([outcome])
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
