import { readdirSync } from 'node:fs'
import { conformanceCases, conformancePath } from '../../fixture/conformance.js'
import { drivers } from '../drivers/drivers.js'
import { runCase } from './runCase.js'

// Runs one conformance case in a process of its own. Its arguments are the name of a driver and that of the case.

const [driver, wanted] = process.argv.slice(2)
const cases = readdirSync(conformancePath('cases')).flatMap((file) =>
  conformanceCases(file.replace('.json', '')),
)
const description = cases.find(({ name }) => name === wanted)
const open = drivers.get(driver)
if (description === undefined || open === undefined)
  throw new Error(`no case "${wanted}", or no driver "${driver}"`)
await runCase(description, await open())
