import { buildKernelBench } from '../../scripts/buildEngine.js'
import { buildKernels } from '../../scripts/buildKernels.js'
import { installDependencies } from '../../scripts/installDependencies.js'
import { runScript } from '../../scripts/runProgram.js'

// npm run bench:kernels -- [FAMILY...]: builds what is out of date, and measures the kernels alone.

await runScript(async () => {
  installDependencies()
  await buildKernels()
  await buildKernelBench()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runKernelBench } = await import('./runKernelBench.js')
  await runKernelBench(process.argv.slice(2))
})
