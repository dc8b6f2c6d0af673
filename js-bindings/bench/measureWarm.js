import { readFileSync } from 'node:fs'
import { besideBusyProcesses } from './besideBusyProcesses.js'
import { readMemory } from './machine.js'
import { measurePass } from './measurePass.js'
import { openEngine } from './openEngine.js'

/** @import { Job } from './openEngine.js' */

// A process that loads a model, runs all passes once to warm up and once to measure, and prints its figures as JSON. Those
// beside busy processes are measured only.

/** @type {Job} */
const job = JSON.parse(process.argv[2])
const engine = await openEngine(job)
/** @type {Record<string, number>} */
let figures = {}
for (const round of ['warm up', 'measure']) {
  for (const pass of job.passes) {
    if (round === 'warm up' && pass.busy !== undefined) continue
    const measured = await besideBusyProcesses(pass.busy ?? 0, () => measurePass(engine, job.ids, pass))
    if (round === 'measure') figures = { ...figures, ...measured }
  }
}
figures = { load: engine.loadMs, ...figures, ...readMemory(readFileSync('/proc/self/status', 'utf8')) }
process.stdout.write(`${JSON.stringify({ description: await engine.describe(), figures })}\n`)
await engine.close()
