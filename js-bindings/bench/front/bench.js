import { buildProject } from '../../scripts/buildProject.js'
import { fetchTestModel } from '../../scripts/fetchTestModel.js'
import { runScript, SetupError } from '../../scripts/runProgram.js'

// npm run bench:front [-- chats | documents]: counts how many tokens two servers behind nginx compute, by how it sends requests. It needs
// nginx.

await runScript(async () => {
  await buildProject()
  const model = await fetchTestModel()
  if (model === undefined) throw new SetupError('the test model is not here')
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { countTokens } = await import('./countTokens.js')
  console.log(await countTokens(model, process.argv.slice(2)))
})
