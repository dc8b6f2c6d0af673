import { abortSignal } from '../arguments/abortSignal.js'
import { booleanValue } from '../arguments/booleanValue.js'
import { integerIn } from '../arguments/integerIn.js'
import { numberIn } from '../arguments/numberIn.js'
import { readOptions } from '../arguments/readOptions.js'
import { text } from '../arguments/text.js'
import { readLogitBias } from './readLogitBias.js'
import { readStop } from './readStop.js'

/** @import { GenerateOptions } from './GenerateOptions.js' */

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
 * @returns {{ engine: EngineOptions, raw: boolean, system: string | undefined, signal: AbortSignal | undefined }}
 */
export function readGenerateOptions(options, { what, vocabularySize }) {
  const { raw, system, signal, ...engine } = readOptions(
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
    signal,
  }
}
