import { buildCommonJs } from './buildCommonJs.js'
import { buildModelledTiles } from './buildKernels.js'
import { buildPage } from './buildPage.js'
import { buildProject } from './buildProject.js'
import { buildTypes } from './buildTypes.js'
import { buildWasmGuest } from './buildWasmGuest.js'
import { runScript } from './runProgram.js'

// npm run build: builds what is missing or out of date.

await runScript(async () => {
  const project = await buildProject()
  const types = await buildTypes()
  const commonJs = await buildCommonJs()
  const page = await buildPage()
  const guest = await buildWasmGuest()
  const model = await buildModelledTiles()
  if (!project && !types && !commonJs && !page && !guest && !model) console.log('everything is up to date')
})
