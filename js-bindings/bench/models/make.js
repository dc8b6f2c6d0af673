import { buildProject } from '../../scripts/buildProject.js'
import { runScript } from '../../scripts/runProgram.js'

// npm run bench:model -- FORM TYPE FILE: builds what is out of date, and writes a model to measure with.

await runScript(async () => {
  await buildProject()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runMakeModel } = await import('./runMakeModel.js')
  await runMakeModel(process.argv.slice(2))
})
