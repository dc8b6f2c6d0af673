import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// node peer.js PATHS.json PEER: what node-llama-cpp, in the node_modules of PEER, gives for the tiny models. Writes PATH.peer
// beside PATH.gguf, in the form of PATH.exact.

const CONTEXT = 512

const [list, peerFolder] = process.argv.slice(2)
const entry = createRequire(join(peerFolder, 'package.json')).resolve('node-llama-cpp')
const { getLlama } = await import(pathToFileURL(entry).href)
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: 'error' })

for (const path of JSON.parse(readFileSync(list, 'utf8'))) {
  const { embeds, ranks, width, sequences } = JSON.parse(readFileSync(`${path}.json`, 'utf8'))
  const model = await llama.loadModel({ modelPath: `${path}.gguf` })
  const rows = embeds
    ? await vectors(model, sequences)
    : ranks
      ? await judgements(model, sequences)
      : await logProbabilities(model, sequences, width)
  await model.dispose()
  writeFileSync(`${path}.peer.partial`, new Float32Array(rows.flat()))
  renameSync(`${path}.peer.partial`, `${path}.peer`)
}
await llama.dispose()

/**
 * @param {any} model
 * @param {number[][]} sequences
 * @returns {Promise<number[][]>} one vector a sequence
 */
async function vectors(model, sequences) {
  const context = await model.createEmbeddingContext({
    contextSize: CONTEXT,
    batchSize: CONTEXT,
    threads: 1,
  })
  const rows = []
  for (const ids of sequences) rows.push([...(await context.getEmbeddingFor(ids)).vector])
  await context.dispose()
  return rows
}

/**
 * @param {any} model
 * @param {number[][]} sequences queries with documents, as the model takes them
 * @returns {Promise<number[][]>} the log-probabilities of yes and no, a row a sequence
 */
async function judgements(model, sequences) {
  const context = await model.createRankingContext({
    contextSize: CONTEXT,
    batchSize: CONTEXT,
    threads: 1,
  })
  const rows = []
  for (const ids of sequences) {
    // Its public method would put the tokens together in its own way.
    const score = await context._evaluateRankingForInput(ids)
    rows.push([logOf(score), logOf(1 - score)])
  }
  await context.dispose()
  return rows
}

/**
 * @param {any} model
 * @param {number[][]} sequences
 * @param {number} width tokens of the vocabulary
 * @returns {Promise<number[][]>} a row a token of all sequences
 */
async function logProbabilities(model, sequences, width) {
  const context = await model.createContext({ contextSize: CONTEXT, batchSize: CONTEXT, threads: 1 })
  const sequence = context.getSequence()
  const options = { temperature: 1, topK: 0, topP: 1, minP: 0 }
  const rows = []
  for (const ids of sequences) {
    const input = ids.map((id) => [id, { generateNext: { probabilities: true, options } }])
    for (const { next } of await sequence.controlledEvaluate(input)) {
      rows.push(Array.from({ length: width }, (_, id) => logOf(next.probabilities.get(id))))
    }
    await sequence.clearHistory()
  }
  await context.dispose()
  return rows
}

/**
 * @param {number | undefined} p a probability in f32; what has become 0 counts as the least that is above 0
 */
function logOf(p) {
  return Math.log(Math.max(p ?? 0, 2 ** -149))
}
