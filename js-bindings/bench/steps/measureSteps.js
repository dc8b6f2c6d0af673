import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tinyLlama } from '../../../test-js/fixture/tinyLlama.js'
import { loadModel } from '../../lib/index.js'
import { formatMachine, readMachine } from '../machine.js'

/** The most that the scheduler may add to a step of the real model. */
const BAR = 0.02

const THREADS = 2
const TEXTS = 61
const WARM_TEXTS = 40
const MAX_TOKENS = 100

/**
 * Bounds the scheduler's share of a step: a token of a model with next to no weights takes all that a step takes beside the
 * products with large matrices, its own forward pass included.
 *
 * @param {string} path of the real model
 * @returns {Promise<{ text: string, met: boolean }>}
 */
export async function measureSteps(path) {
  const folder = mkdtempSync(join(tmpdir(), 'realm-steps-'))
  try {
    const tiny = join(folder, 'tiny.gguf')
    writeFileSync(tiny, tinyLlama())
    const added = await microsecondsPerToken(tiny)
    const step = await microsecondsPerToken(path)
    const share = added / step
    return {
      text: [
        formatMachine(readMachine()),
        `a token of the tiny model: ${added.toFixed(0)} us; of the real one: ${step.toFixed(0)} us`,
        `the scheduler adds less than ${(100 * share).toFixed(2)} % to a step (bar ${100 * BAR} %)`,
      ].join('\n'),
      met: share <= BAR,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The median over texts, once Java has compiled what they run through.
 *
 * @param {string} path
 */
async function microsecondsPerToken(path) {
  const model = await loadModel(path, { threads: THREADS })
  try {
    const found = []
    // Nothing that ends it: the ids of the tiny model's ends, and of the real one's.
    const logitBias = Object.fromEntries([0, 1, 2].map((id) => [id, -100]))
    for (let i = 0; i < TEXTS; i++) {
      const { tokens, timings } = await model.generate('a b', {
        maxTokens: MAX_TOKENS,
        temperature: 0,
        logitBias,
        speculation: false,
      })
      if (tokens.length < MAX_TOKENS) throw new Error(`a text ended after ${tokens.length} tokens`)
      if (i >= WARM_TEXTS) found.push(1e6 / timings.decodeTokensPerSecond)
    }
    return found.sort((a, b) => a - b)[Math.floor(found.length / 2)]
  } finally {
    await model.dispose()
  }
}
