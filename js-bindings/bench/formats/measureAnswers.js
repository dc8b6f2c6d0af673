import { readFileSync } from 'node:fs'
import { loadModel } from '../../lib/loadModel.js'
import { judgeOf } from '../../scripts/schemas/judge.js'
import { FORMATS } from './measureMasks.js'

/** @import { Model } from '../../lib/Model.js' */

/** Answers that are made at once. */
const AT_ONCE = 10
const PROMPT = 'Invent a person who works at a library, as JSON.'

/** Of which almost every byte must come. */
const FORCED = {
  type: 'object',
  properties: Object.fromEntries(
    ['firstOfTheFields', 'secondOfTheFields', 'thirdOfTheFields', 'fourthOfTheFields'].map((name) => [
      name,
      { const: `the value of ${name}, which nobody may change` },
    ]),
  ),
  required: ['firstOfTheFields', 'secondOfTheFields', 'thirdOfTheFields', 'fourthOfTheFields'],
  additionalProperties: false,
}

/**
 * Answers to a schema of ten fields: how many are valid, and how fast they come beside free texts.
 *
 * @param {string} path the model's file
 * @param {object} options
 * @param {number} options.threads that compute
 * @param {number} options.answers that are judged
 * @param {number} options.pairs how many times the speeds are measured, in turns
 * @param {(line: string) => void} options.log is told how far it is
 * @returns {Promise<{ valid: number, invalid: string[], values: Record<string, number[]> }>}
 */
export async function measureAnswers(path, { threads, answers, pairs, log }) {
  const [{ schema }] = JSON.parse(readFileSync(FORMATS, 'utf8'))
  const model = await loadModel(path, { threads })
  try {
    const invalid = await judgeAnswers(model, schema, answers, log)
    const valid = answers - invalid.length
    const speeds = await compareSpeeds(model, schema, pairs)
    return { valid, invalid, values: { ...speeds, valid: [(100 * valid) / answers] } }
  } finally {
    await model.dispose()
  }
}

/**
 * @param {Model} model
 * @param {any} schema
 * @param {number} answers
 * @param {(line: string) => void} log
 */
async function judgeAnswers(model, schema, answers, log) {
  const judged = judgeOf({ schema, schemas: {}, instances: [] })
  if (!('judge' in judged)) throw new Error(judged.unjudged)
  /** @type {string[]} */
  const invalid = []
  for (let made = 0; made < answers; made += AT_ONCE) {
    const n = Math.min(AT_ONCE, answers - made)
    const { choices = [] } = await model.generate(PROMPT, {
      format: schema,
      n,
      seed: made + 1,
      temperature: 1 + (made % 3) / 2,
      maxTokens: 300,
    })
    for (const { text, value, finishReason } of choices) {
      const wrong = finishReason === 'stop' ? judged.judge(value) : finishReason
      if (wrong !== undefined) invalid.push(`${wrong}: ${text}`)
    }
    if (made % 100 === 0) log(`${made} of ${answers} answers are made`)
  }
  return invalid
}

/**
 * @param {Model} model
 * @param {any} schema
 * @param {number} pairs
 */
async function compareSpeeds(model, schema, pairs) {
  /** @type {Record<string, number[]>} */
  const values = { free: [], format: [], ratio: [], forced: [], forcedRatio: [] }
  const speed = async (/** @type {any} */ format, /** @type {number} */ seed) => {
    const options = { temperature: 1, seed, maxTokens: 150, ...(format === undefined ? {} : { format }) }
    const { timings } = await model.generate(PROMPT, options)
    return timings.decodeTokensPerSecond
  }
  for (const format of [undefined, schema, FORCED]) await speed(format, 1)
  for (let pair = 0; pair < pairs; pair++) {
    const free = await speed(undefined, pair)
    const withFormat = await speed(schema, pair)
    const forced = await speed(FORCED, pair)
    values.free.push(free)
    values.format.push(withFormat)
    values.ratio.push(withFormat / free)
    values.forced.push(forced)
    values.forcedRatio.push(forced / free)
  }
  return values
}
