import { buildKernelBench } from '../scripts/buildEngine.js'
import { buildProject } from '../scripts/buildProject.js'
import { runScript } from '../scripts/runProgram.js'

// npm run bench -- [options]: builds what is out of date, and compares Realm with node-llama-cpp.

await runScript(async () => {
  await buildProject()
  if (process.argv.includes('--speculation')) await buildKernelBench()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runBench } = await import('./runBench.js')
  await runBench(process.argv.slice(2))
})
