import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadModel } from '../../lib/index.js'
import { orderStatistics } from '../distribution.js'

/**
 * What a measuring process is told, as JSON in its first argument.
 *
 * @typedef {object} EmbedJob
 * @property {'realm' | 'peer'} side whose engine is measured
 * @property {string} model the path of the GGUF file
 * @property {number} texts that are embedded at once
 * @property {number} tokens of each text, with those around it
 * @property {number} threads threads that compute
 * @property {string} peerFolder the folder that has node-llama-cpp in its node_modules
 */

/** Rounds before the measured ones, and those. */
const WARM_UP = 2
const ROUNDS = 3

/** Words that are a token each in the usual vocabularies. */
const WORDS =
  'the of and to in is that for it was on are as with his they at be this from have by one had not but what all were when'.split(
    ' ',
  )

/** @type {EmbedJob} */
const job = JSON.parse(process.argv[2])
const texts = Array.from({ length: job.texts }, (_, text) => {
  const words = Array.from(
    { length: job.tokens - 2 },
    (_, at) => WORDS[(7 * text + at * (at + 3)) % WORDS.length],
  )
  return words.join(' ')
})
const embed = await (job.side === 'realm' ? openRealm() : openPeer())
const times = []
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const start = performance.now()
  await embed(texts)
  times.push(performance.now() - start)
}
const { median } = orderStatistics(times.slice(WARM_UP))
console.log(JSON.stringify({ tokensPerSecond: (1000 * job.texts * job.tokens) / median }))
process.exit()

/** @returns {Promise<(texts: string[]) => Promise<unknown>>} */
async function openRealm() {
  const model = await loadModel(job.model, { threads: job.threads })
  return async (given) => {
    const { usage } = await model.embed(given)
    mustHaveTokens(usage.promptTokens)
  }
}

/** @returns {Promise<(texts: string[]) => Promise<unknown>>} */
async function openPeer() {
  const entry = createRequire(join(job.peerFolder, 'package.json')).resolve('node-llama-cpp')
  const { getLlama } = await import(pathToFileURL(entry).href)
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: job.threads, logLevel: 'error' })
  const model = await llama.loadModel({ modelPath: job.model })
  const context = await model.createEmbeddingContext({ contextSize: 512, threads: job.threads })
  return async (given) => {
    let tokens = 0
    for (const text of given) {
      tokens += context.calculateInputLength(text)
      await context.getEmbeddingFor(text)
    }
    mustHaveTokens(tokens)
  }
}

/** @param {number} tokens */
function mustHaveTokens(tokens) {
  if (tokens !== job.texts * job.tokens) {
    throw new Error(`${job.side} read ${tokens} tokens, expected ${job.texts * job.tokens}`)
  }
}
