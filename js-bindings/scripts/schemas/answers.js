import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tinyLlama } from '../../../test-js/fixture/tinyLlama.js'
import { loadModel } from '../../lib/index.js'
import { judgeOf } from './judge.js'

/** @import { Model } from '../../lib/Model.js' */
/** @import { SchemaCase } from './cases.js' */

/**
 * What a model with random weights answered to a schema.
 *
 * @typedef {object} Verdict
 * @property {string} name the case's
 * @property {string} [code] of the refusal, where the schema was refused
 * @property {string} [message] likewise
 * @property {string} [unjudged] why ajv cannot say anything of the answers
 * @property {string[]} invalid answers that do not meet the schema, with the reason
 * @property {number} answers how many there were
 */

/** Refusals that are no fault. */
const REFUSALS = ['SCHEMA_UNSUPPORTED', 'SCHEMA_UNSATISFIABLE']

/**
 * A tiny model with random weights, for as long as `use` takes.
 *
 * @template T
 * @param {(model: Model) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withRandomModel(use) {
  const folder = mkdtempSync(join(tmpdir(), 'realm-schemas-'))
  try {
    const path = join(folder, 'random.gguf')
    writeFileSync(path, tinyLlama({ words: WORDS, metadata: [['llama.context_length', 'u32', 4096]] }))
    const model = await loadModel(path)
    try {
      return await use(model)
    } finally {
      await model.dispose()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Tokens of several signs of JSON, as the vocabularies of models have them. */
const WORDS = [
  ...[
    '{"',
    '":',
    '": ',
    '": "',
    '",',
    '", "',
    '"}',
    '"]',
    '["',
    '[]',
    '{}',
    '},',
    '],',
    '}}',
    ']}',
    ', "',
    '":{"',
    '""',
  ],
  ...[
    'true',
    'false',
    'null',
    'al',
    'ame',
    '10',
    '00',
    '2.5',
    '-1',
    'e+',
    '\\"',
    '\\n',
    '\\u00',
    '\\\\',
    ' a',
    'é',
    '日本',
    '🙂',
  ],
]

/**
 * Answers to a schema, judged.
 *
 * @param {Model} model
 * @param {SchemaCase} given
 * @param {object} options
 * @param {number} options.n how many answers
 * @param {number} options.maxTokens of each
 * @returns {Promise<Verdict>}
 */
export async function answer(model, given, { n, maxTokens }) {
  const { name, schema, schemas } = given
  const judged = judgeOf(given, given.group.startsWith('format/'))
  const unjudged = 'unjudged' in judged ? judged : {}
  try {
    const options = /** @type {any} */ ({
      format: { schema, schemas },
      temperature: 1.5,
      maxTokens,
      seed: 1,
      showFormat: false,
    })
    const { choices = [] } = await model.generate('x', { ...options, n })
    const invalid = choices.flatMap(({ text, value, finishReason }) => {
      if (finishReason !== 'stop') return [`${finishReason}: ${text}`]
      const wrong = 'judge' in judged ? judged.judge(value) : undefined
      return wrong === undefined ? [] : [`${wrong}: ${text}`]
    })
    return { name, ...unjudged, invalid, answers: choices.length }
  } catch (error) {
    const { code, message } = /** @type {any} */ (error)
    if (!REFUSALS.includes(code)) throw new Error(`${name}: ${message}`, { cause: error })
    return { name, code, message, ...unjudged, invalid: [], answers: 0 }
  }
}

/**
 * Answers to many schemas, judged.
 *
 * @param {Model} model
 * @param {SchemaCase[]} cases
 * @param {object} options
 * @param {number} options.n how many answers to each
 * @param {number} options.maxTokens of each
 * @param {(line: string) => void} [options.log] is told how far it is
 * @returns {Promise<Verdict[]>} in the order of the cases
 */
export async function answerAll(model, cases, { n, maxTokens, log }) {
  /** @type {Verdict[]} */
  const verdicts = []
  let next = 0
  const work = async () => {
    while (next < cases.length) {
      const at = next++
      verdicts[at] = await answer(model, cases[at], { n, maxTokens })
      if (at % 100 === 99) log?.(`${at + 1} of ${cases.length} schemas are answered`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return verdicts
}

/** Schemas that are answered at the same time. */
const AT_ONCE = 4
