import { buildProject } from '../../scripts/buildProject.js'
import { runScript } from '../../scripts/runProgram.js'

// npm run bench:embed -- [options]: builds what is out of date, and compares embedding with node-llama-cpp.

await runScript(async () => {
  await buildProject()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runEmbedBench } = await import('./runEmbedBench.js')
  await runEmbedBench(process.argv.slice(2))
})
