import { installDependencies } from './installDependencies.js'
import { runArm64Tests } from './runArm64Tests.js'
import { runScript } from './runProgram.js'
import { summarize } from './summarize.js'

// npm run test:arm64: the tests of the kernels on an emulated ARM CPU.

await runScript(async () => {
  installDependencies()
  const outcome = await runArm64Tests()
  if (outcome === undefined) return
  for (const skip of outcome.skips) console.log(`skipped: ${skip}`)
  const { line, succeeded } = summarize([outcome])
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
