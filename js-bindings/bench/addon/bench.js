import { buildKernelBench } from '../../scripts/buildEngine.js'
import { buildProject } from '../../scripts/buildProject.js'
import { runScript } from '../../scripts/runProgram.js'

// npm run bench:addon -- [options]: builds what is out of date, and measures what a token costs more in Node than in Java.

await runScript(async () => {
  await buildProject()
  await buildKernelBench()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runAddonBench } = await import('./runAddonBench.js')
  await runAddonBench(process.argv.slice(2))
})
