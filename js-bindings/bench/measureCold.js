import { openEngine } from './openEngine.js'

// A process that loads a model, prints the first token that follows a prompt, for whoever started it to take the time, and
// at last a line of JSON.

const job = JSON.parse(process.argv[2])
const engine = await openEngine(job)
await engine.generate(job.ids, 1, (text) => {
  process.stdout.write(`${text}\n`)
  return true
})
process.stdout.write(`${JSON.stringify({ description: await engine.describe() })}\n`)
await engine.close()
