import { parseArgs } from 'node:util'
import { runScript, SetupError } from './runProgram.js'
import { summarize } from './summarize.js'
import { SUBJECTS, tryApps } from './tryApps.js'

// npm run test:apps [-- SUBJECT…]: real apps in other runtimes, test runners, bundlers and frameworks.

await runScript(async () => {
  const { positionals } = parseArgs({ allowPositionals: true })
  const unknown = positionals.filter((name) => !SUBJECTS.includes(name))
  if (unknown.length > 0) throw new SetupError(`${unknown.join(', ')}: expected ${SUBJECTS.join(', ')}`)
  const { line, succeeded } = summarize([await tryApps(positionals.length > 0 ? positionals : SUBJECTS)])
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
