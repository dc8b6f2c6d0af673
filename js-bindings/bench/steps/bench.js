import { buildProject } from '../../scripts/buildProject.js'
import { fetchTestModel } from '../../scripts/fetchTestModel.js'
import { runScript, SetupError } from '../../scripts/runProgram.js'

// npm run bench:steps: bounds from above what the scheduler adds to a step of the test model.

await runScript(async () => {
  await buildProject()
  const model = await fetchTestModel()
  if (model === undefined) throw new SetupError('the test model is not here')
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { measureSteps } = await import('./measureSteps.js')
  const { text, met } = await measureSteps(model)
  console.log(text)
  process.exitCode = met ? 0 : 1
})
