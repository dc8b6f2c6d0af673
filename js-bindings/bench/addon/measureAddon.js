import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tinyLlama } from '../../../test-js/fixture/tinyLlama.js'
import { resolveCommandSource } from '../../cli/commandModel.js'
import { untilInterrupted } from '../../cli/terminal/untilInterrupted.js'
import { openVocabulary } from '../../lib/diagnostics.js'
import { describeRealm } from '../openRealm.js'
import { runNode } from '../runNode.js'
import { figuresOfPair } from './runAddonBench.js'
import { runTokenBench } from './runTokenBench.js'

/** As many as the vocabularies of usual models have, since the sampler looks at each. */
const VOCABULARY = 32_000

/** Texts that a process measures, and for how long it makes others before. */
const TEXTS = 10
const WARM_UP_MS = 3000

/**
 * @typedef {object} AddonBenchOptions
 * @property {string} [model] a catalog name, a path, hf:owner/repo/file or a URL; default: a generated model that computes
 *   next to nothing
 * @property {number} pairs how many times both are measured
 * @property {number} tokens of each text
 * @property {number} threads threads that compute
 */

/**
 * Measures what a token takes in a Java program and in Node, in turns, each time in a fresh process.
 *
 * @param {AddonBenchOptions} options
 * @returns {Promise<{ model: string, engine: string, values: Record<string, number[]> }>} the model's name, what the engine
 *   says of itself, and a value of each pair for each figure
 */
export async function measureAddon({ model: source, pairs, tokens, threads }) {
  const folder = mkdtempSync(join(tmpdir(), 'realm-bench-'))
  try {
    const { path: model, name } =
      source === undefined
        ? writeModel(folder, tokens)
        : await untilInterrupted((signal) => resolveCommandSource(source, signal))
    /** @type {TokenJob} */
    const job = { model, id: await anyToken(model), tokens, threads, texts: TEXTS, warmUpMs: WARM_UP_MS }
    const script = fileURLToPath(new URL('measureTokens.js', import.meta.url))
    /** @type {Record<string, number[]>} */
    const values = {}
    for (let pair = 1; pair <= pairs; pair++) {
      process.stderr.write(`pair ${pair} of ${pairs}\n`)
      const java = runTokenBench(job)
      const node = JSON.parse((await runNode(script, [JSON.stringify(job)])).output)
      for (const [id, value] of Object.entries(figuresOfPair(java, node))) {
        values[id] = [...(values[id] ?? []), value]
      }
    }
    return { model: name, engine: await describeRealm(), values }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} folder
 * @param {number} tokens of a text
 */
function writeModel(folder, tokens) {
  const path = join(folder, 'tiny.gguf')
  const context = /** @type {[string, string, any]} */ (['llama.context_length', 'u32', tokens + 1])
  writeFileSync(path, tinyLlama({ vocabularySize: VOCABULARY, metadata: [context] }))
  return { path, name: `a generated llama of 2 layers, 32 wide, with ${VOCABULARY} tokens` }
}

/** @param {string} model */
async function anyToken(model) {
  const vocabulary = await openVocabulary(model)
  const [id] = vocabulary.tokenize('a')
  await vocabulary.dispose()
  return id
}

/**
 * What a measuring process is told.
 *
 * @typedef {object} TokenJob
 * @property {string} model the path of the GGUF file
 * @property {number} id the token that is the prompt, and every token of the texts
 * @property {number} tokens of each text
 * @property {number} threads threads that compute
 * @property {number} texts how many are measured
 * @property {number} warmUpMs texts are made for that long before
 */
