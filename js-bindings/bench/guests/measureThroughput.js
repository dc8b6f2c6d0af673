import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { hostImports, loadModel } from '../../lib/index.js'
import { newGuestMemory } from './openGuest.js'

/** @import { GuestJob } from './openGuest.js' */

// Times texts of one model, as many at a time as there are guests: by realm_generate, each guest in a thread of its own,
// and by model.generate, in turns.

const PROMPT = 'The capital of France is'
const ROUNDS = 3

/** @type {GuestJob} */
const job = JSON.parse(process.argv[2])
const model = await loadModel(job.model)
// A bias that no logit comes up to: always the same ordinary token, so no text ends early.
const options = {
  temperature: 0,
  maxTokens: job.tokens,
  logitBias: { [model.tokenize(PROMPT)[0]]: 100 },
  // Always the same token would be guessed.
  speculation: false,
}
// It has the model for the app, under the id that the threads grant it by.
const holder = hostImports(newGuestMemory(1), { models: [model] })
const workerData = { model: holder.models[0], prompt: PROMPT, options }
const workers = Array.from(
  { length: job.guests },
  () => new Worker(new URL('generatingGuest.js', import.meta.url), { workerData }),
)
await Promise.all(workers.map((worker) => once(worker, 'message')))

async function generateAsGuests() {
  for (const worker of workers) worker.postMessage('generate')
  const answers = await Promise.all(workers.map((worker) => once(worker, 'message')))
  return answers.map(([text]) => text)
}

function generateAsApp() {
  return Promise.all(
    workers.map(async () => {
      const { text, tokens } = await model.generate(PROMPT, { raw: true, ...options })
      if (tokens.length !== job.tokens) throw new Error(`${tokens.length} tokens of ${job.tokens}`)
      return text
    }),
  )
}

/** @type {Set<string>} */
const made = new Set()

/** @param {() => Promise<string[]>} generate @returns {Promise<number>} tokens a second of all together */
async function measure(generate) {
  const start = performance.now()
  const texts = await generate()
  const seconds = (performance.now() - start) / 1000
  for (const text of texts) made.add(text)
  if (made.size !== 1)
    throw new Error(`${made.size} different texts were made, expected the same one each time`)
  return (job.guests * job.tokens) / seconds
}

await measure(generateAsGuests)
await measure(generateAsApp)
let [guestTokens, appTokens] = [0, 0]
for (let round = 0; round < ROUNDS; round++) {
  // In this order, what drifts meets both alike.
  guestTokens += (await measure(generateAsGuests)) / (2 * ROUNDS)
  appTokens += (await measure(generateAsApp)) / (2 * ROUNDS)
  appTokens += (await measure(generateAsApp)) / (2 * ROUNDS)
  guestTokens += (await measure(generateAsGuests)) / (2 * ROUNDS)
}
for (const worker of workers) worker.postMessage('end')
await Promise.all(workers.map((worker) => once(worker, 'exit')))
holder.close()
await model.dispose()
process.stdout.write(JSON.stringify({ guestTokens, appTokens, throughputRatio: guestTokens / appTokens }))
