import { openEngine } from '../openEngine.js'

/** @import { Engine, Job } from '../openEngine.js' */

/**
 * Some texts at once, each of a prompt of its own.
 *
 * @typedef {object} Streams
 * @property {string} id of the figures that come of it
 * @property {number[]} prompts the length of each text's prompt, in tokens
 */

/**
 * What the measuring process is told, as JSON in its first argument. Its `ids` are as many as the longest prompt has and
 * one more for each text, in both rounds.
 *
 * @typedef {Job & { tokens: number, streams: Streams[] }} StreamJob
 */

// A process that loads a model, lets all streams run once to warm up and once to measure, and prints its figures as JSON.

/** @type {StreamJob} */
const job = JSON.parse(process.argv[2])
const engine = await openEngine(job)
/** @type {Record<string, number>} */
const figures = {}
let prompts = 0
for (const round of ['warm up', 'measure']) {
  for (const { id, prompts: lengths } of job.streams) {
    const { speed, p99 } = await run(lengths)
    if (round === 'measure') {
      figures[id] = speed
      figures[`${id}-p99`] = p99
    }
  }
}
process.stdout.write(`${JSON.stringify({ description: await engine.describe(), figures })}\n`)
await engine.close()

/**
 * Lets texts run at once.
 *
 * @param {number[]} lengths of their prompts
 * @returns {Promise<{ speed: number, p99: number }>} tokens a second, of all of them together and with the time of their
 *   prompts, and the time between two tokens of a text that 99 of 100 stay below, in ms
 */
async function run(lengths) {
  /** @type {number[]} */
  const gaps = []
  const start = performance.now()
  await Promise.all(
    lengths.map(async (length) => {
      // Each begins at another token, so that no two share a beginning.
      const from = prompts++
      let last = 0
      const made = await engine.generate(job.ids.slice(from, from + length), job.tokens, () => {
        const now = performance.now()
        if (last > 0) gaps.push(now - last)
        last = now
        return true
      })
      if (made.all !== job.tokens) throw new Error(`${job.side} made ${made.all} tokens of ${job.tokens}`)
    }),
  )
  const seconds = (performance.now() - start) / 1000
  gaps.sort((a, b) => a - b)
  return { speed: (lengths.length * job.tokens) / seconds, p99: gaps[Math.floor(0.99 * gaps.length)] }
}
