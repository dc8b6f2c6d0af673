import { loadModel } from '../../lib/index.js'
import { formatMachine, readMachine } from '../machine.js'
import { formatLoad, measureLoad } from './measureLoad.js'
import { formatSoak, soak } from './soak.js'

/** @import { Load } from './measureLoad.js' */
/** @import { Soak } from './soak.js' */

/** The texts that run, and the prompt that comes. */
const LOAD = { streams: 15, promptTokens: 2000, quietMs: 4000 }

/** A pool that work of all kinds fills, so that pages are given up and texts wait for some. */
const SOAK = { cacheMb: 64, longest: 600, meanGapMs: 60 }

/**
 * Measures a long prompt under texts that run.
 *
 * @param {{ model: string, threads: number }} options
 * @returns {Promise<{ text: string, json: Load }>}
 */
export async function runLoad({ model: source, threads }) {
  const model = await loadModel(source, { threads })
  try {
    const [token] = model.tokenize(' the', { addBos: false })
    const load = await measureLoad(model, { ...LOAD, token })
    return { text: `${heading(model.name, threads)}\n${formatLoad(load, LOAD)}`, json: load }
  } finally {
    await model.dispose()
  }
}

/**
 * Lets work of all kinds arrive for some minutes.
 *
 * @param {{ model: string, threads: number, soak: number, seed: number }} options
 * @returns {Promise<{ text: string, json: Soak }>}
 */
export async function runSoak({ model: source, threads, soak: minutes, seed }) {
  const { cacheMb, ...plan } = SOAK
  const model = await loadModel(source, { threads, cacheMb, parallel: 16 })
  try {
    const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
    const found = await soak(model, { ...plan, ms: minutes * 60_000, seed, log })
    const text = `${heading(model.name, threads)}\n${formatSoak(found, { minutes, seed })}`
    return { text, json: found }
  } finally {
    await model.dispose()
  }
}

/**
 * @param {string} name
 * @param {number} threads
 */
function heading(name, threads) {
  return `${formatMachine(readMachine())}\nmodel: ${name}; ${threads} threads`
}
