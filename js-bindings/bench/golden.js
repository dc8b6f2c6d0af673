import { buildProject } from '../scripts/buildProject.js'
import { runScript } from '../scripts/runProgram.js'

// npm run golden -- FILE.json --model M: builds what is out of date, and measures how exact the engine is.

await runScript(async () => {
  await buildProject()
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { runGolden } = await import('./runGolden.js')
  await runGolden(process.argv.slice(2))
})
