import { buildKernelBench } from '../../scripts/buildEngine.js'
import { buildProject } from '../../scripts/buildProject.js'
import { runScript } from '../../scripts/runProgram.js'

// npm run bench:formats -- [options]: builds what is out of date, and measures what formats cost.

await runScript(async () => {
  await buildProject()
  await buildKernelBench()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runFormatBench } = await import('./runFormatBench.js')
  await runFormatBench(process.argv.slice(2))
})
