import { buildProject } from '../../scripts/buildProject.js'
import { buildWasmGuest } from '../../scripts/buildWasmGuest.js'
import { runScript } from '../../scripts/runProgram.js'

// npm run bench:guests -- [options]: builds what is out of date, and measures what guests cost.

await runScript(async () => {
  await buildProject()
  await buildWasmGuest()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runGuestBench } = await import('./runGuestBench.js')
  await runGuestBench(process.argv.slice(2))
})
