import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** @import { Engine, Job } from './openEngine.js' */

/**
 * Loads the model with node-llama-cpp, on the CPU and with its prebuilt binaries.
 *
 * @param {Job} job
 * @returns {Promise<Engine>}
 */
export async function openPeer({ model: path, threads, contextLength, sequences = 1, peerFolder }) {
  const entry = createRequire(join(peerFolder, 'package.json')).resolve('node-llama-cpp')
  // Loaded here: the import is part of a cold start.
  const { getLlama } = await import(pathToFileURL(entry).href)
  const start = performance.now()
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' })
  const model = await llama.loadModel({ modelPath: path })
  const context = await model.createContext({ contextSize: contextLength, threads, sequences })
  const free = Array.from({ length: sequences }, () => context.getSequence())
  const loadMs = performance.now() - start
  return {
    loadMs,
    async generate(prompt, count, onText) {
      const sequence = free.pop()
      if (sequence === undefined) throw new Error(`more than ${sequences} generations at once`)
      let tokens = 0
      let isWanted = true
      for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        tokens++
        isWanted = onText(model.detokenize([token], true))
        if (tokens === count || !isWanted) break
      }
      if (isWanted && tokens !== count) throw new Error(`node-llama-cpp made ${tokens} tokens of ${count}`)
      await sequence.clearHistory()
      free.push(sequence)
      return { first: 1, all: tokens }
    },
    describe: async () =>
      `node-llama-cpp ${peerVersion}, llama.cpp ${llama.llamaCppRelease.release}, ${llama.systemInfo}`,
    close: () => llama.dispose(),
  }
}

/** The version of node-llama-cpp that Realm is compared with. */
export const peerVersion = '3.22.1'
