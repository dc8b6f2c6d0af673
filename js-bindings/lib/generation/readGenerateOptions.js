import { types } from 'node:util'
import {
  abortSignal,
  booleanValue,
  describeValue,
  integerIn,
  invalidArgument,
  numberIn,
  text,
} from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'
import { RealmError } from '../errors/RealmError.js'
import { readTemplateOptions } from '../prompt/readData.js'

/** @import { GenerateOptions } from '../types.d.ts' */

const INT_MAX = 2 ** 31 - 1

/**
 * What the engine is told of a generation, next to its prompt.
 *
 * @typedef {object} EngineOptions
 * @property {number} [maxTokens]
 * @property {number} temperature
 * @property {number} topK
 * @property {number} topP
 * @property {number} minP
 * @property {number} repeatPenalty
 * @property {number} presencePenalty
 * @property {number} frequencyPenalty
 * @property {Record<string, number | '-Infinity'>} logitBias JSON has no infinity: a string stands for it
 * @property {number} seed
 * @property {string[]} stop
 */

/**
 * Checks the options of a generation, and fills in the defaults.
 *
 * @param {GenerateOptions} options
 * @param {{ what: string, vocabularySize: number }} context `what` the options are, for messages; the ids of the model
 *   are below `vocabularySize`
 * @returns {{ engine: EngineOptions, raw: boolean, system: string | undefined,
 *   templateOptions: Record<string, unknown> | undefined, signal: AbortSignal | undefined }}
 */
export function readGenerateOptions(options, { what, vocabularySize }) {
  const { raw, system, templateOptions, signal, ...engine } = readOptions(
    options,
    {
      maxTokens: integerIn({
        from: 1,
        to: INT_MAX,
        advice: 'Leave it out to generate until the model ends its text or the context is full.',
      }),
      temperature: numberIn({ from: 0, to: 100, advice: '0 always takes the most probable token.' }),
      topK: integerIn({ from: 0, to: INT_MAX, advice: '0 draws from all tokens.' }),
      topP: numberIn({ above: 0, to: 1, advice: '1 draws from all tokens.' }),
      minP: numberIn({ from: 0, to: 1, advice: '0 leaves out no token.' }),
      repeatPenalty: numberIn({ above: 0, to: 10, advice: '1 is no penalty.' }),
      presencePenalty: numberIn({ from: -10, to: 10, advice: '0 is no penalty.' }),
      frequencyPenalty: numberIn({ from: -10, to: 10, advice: '0 is no penalty.' }),
      logitBias: (value, name) => readLogitBias(value, name, vocabularySize),
      seed: integerIn({
        from: 0,
        to: Number.MAX_SAFE_INTEGER,
        advice: 'Leave it out to have another text each time.',
      }),
      stop: readStop,
      raw: booleanValue,
      system: text,
      templateOptions: readTemplateOptions,
      signal: abortSignal,
    },
    { what },
  )
  return {
    engine: {
      temperature: 0.8,
      topK: 40,
      topP: 0.95,
      minP: 0.05,
      repeatPenalty: 1,
      presencePenalty: 0,
      frequencyPenalty: 0,
      logitBias: {},
      seed: Math.floor(Math.random() * Number.MAX_SAFE_INTEGER),
      stop: [],
      ...engine,
    },
    raw: raw ?? false,
    system,
    templateOptions,
    signal,
  }
}

/**
 * Checks what is added to the logits of token ids.
 *
 * @param {unknown} value an object or a Map, of numbers by id
 * @param {string} name
 * @param {number} vocabularySize ids are below it
 * @returns {Record<string, number | '-Infinity'>}
 */
export function readLogitBias(value, name, vocabularySize) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(name, value, 'an object or a Map of numbers by token id, such as { 42: -1.5 }')
  }
  const entries = types.isMap(value) ? [...value] : Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, bias]) => {
      const id = readId(key, name, vocabularySize)
      return [id, readBias(bias, `${name}[${id}]`)]
    }),
  )
}

/**
 * @param {unknown} key a number, or the string that an object's key is
 * @param {string} name
 * @param {number} vocabularySize
 */
function readId(key, name, vocabularySize) {
  const expected = `token ids: integers from 0 to ${vocabularySize - 1}`
  const id = typeof key === 'string' && /^-?\d+$/.test(key) ? Number(key) : key
  if (typeof id !== 'number' || !Number.isInteger(id))
    throw invalidArgument(`the keys of ${name}`, key, expected)
  if (id < 0 || id >= vocabularySize) {
    throw new RealmError(
      'TOKEN_OUT_OF_RANGE',
      `the keys of ${name}: received ${describeValue(id)}, expected ${expected}. Use ids that tokenize() of this model gave.`,
    )
  }
  return id
}

/**
 * @param {unknown} bias
 * @param {string} name
 * @returns {number | '-Infinity'}
 */
function readBias(bias, name) {
  if (bias === Number.NEGATIVE_INFINITY) return '-Infinity'
  if (typeof bias !== 'number' || !(bias >= -100 && bias <= 100)) {
    throw invalidArgument(name, bias, 'a number from -100 to 100, or -Infinity', '-Infinity bans the token.')
  }
  return bias
}

const MOST = 16

/**
 * Checks the texts that end a generation.
 *
 * @param {unknown} value a string or an array of strings
 * @param {string} name
 */
export function readStop(value, name) {
  if (typeof value === 'string') return [stopText(value, name)]
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'a string or an array of strings')
  if (value.length > MOST) throw invalidArgument(name, value, `at most ${MOST} strings`)
  return Array.from(value, (entry, index) => stopText(entry, `${name}[${index}]`))
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function stopText(value, name) {
  const stop = text(value, name)
  if (stop === '') {
    throw invalidArgument(name, stop, 'a string that is not empty', 'An empty one would end every text.')
  }
  return stop
}
