import { buildProject } from './buildProject.js'
import { buildTypes } from './buildTypes.js'
import { runScript } from './runScript.js'

// npm run build: builds what is missing or out of date.

await runScript(async () => {
  const project = await buildProject()
  const types = await buildTypes()
  if (!project && !types) console.log('everything is up to date')
})
