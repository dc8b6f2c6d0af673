import { parseArgs } from 'node:util'
import { runScript, SetupError } from './runProgram.js'
import { summarize } from './summarize.js'
import { SUBJECTS, tryApps } from './tryApps.js'

// npm run test:apps [-- SUBJECT… --write]: real apps in other runtimes, test runners, bundlers and frameworks, and real clients of the
// server. With --write, what the clients find goes into docs/server.md.

await runScript(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean' } },
  })
  const unknown = positionals.filter((name) => !SUBJECTS.includes(name))
  if (unknown.length > 0) throw new SetupError(`${unknown.join(', ')}: expected ${SUBJECTS.join(', ')}`)
  const { line, succeeded } = summarize([
    await tryApps(positionals.length > 0 ? positionals : SUBJECTS, values),
  ])
  console.log(line)
  process.exitCode = succeeded ? 0 : 1
})
