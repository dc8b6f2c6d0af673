import { readFileSync } from 'node:fs'
import { loadModel } from '../../lib/index.js'
import { orderStatistics } from '../distribution.js'

/** @import { TokenJob } from './measureAddon.js' */

// Makes texts in Node, and prints what a token takes: TokenBench.java does the same in a Java program.

/** @type {TokenJob} */
const { model: path, id, tokens, threads, texts, warmUpMs } = JSON.parse(process.argv[2])
const model = await loadModel(path, { threads, contextLength: tokens + 1 })
// Always the same token would be guessed.
const options = { temperature: 0, maxTokens: tokens, logitBias: { [id]: 100 }, speculation: false }
let pieces = 0

/** The microseconds that a token of a text took. */
async function timeText() {
  const start = performance.now()
  const stream = model.stream([id], options)
  let step = await stream.next()
  while (!step.done) {
    pieces++
    step = await stream.next()
  }
  const us = (performance.now() - start) * 1000
  if (step.value?.tokens.length !== tokens) throw new Error(`a text has not ${tokens} tokens: ${step.value}`)
  return us / tokens
}

/** The nanoseconds that the main thread has run for. */
function mainThreadTime() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0])
}

const warm = performance.now() + warmUpMs
while (performance.now() < warm) await timeText()
pieces = 0
const before = mainThreadTime()
/** @type {number[]} */
const times = []
for (let i = 0; i < texts; i++) times.push(await timeText())
const used = mainThreadTime() - before
await model.dispose()
process.stdout.write(
  JSON.stringify({
    token: orderStatistics(times).median,
    mainThread: used / 1000 / (texts * tokens),
    pieces: pieces / (texts * tokens),
  }),
)
