import {
  abortSignal,
  booleanValue,
  integerIn,
  invalidArgument,
  numberIn,
  oneOf,
  text,
} from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'
import { readTemplateOptions } from '../prompt/readMessages.js'
import { readToolChoice, readTools } from '../tools/readTools.js'
import { readFormat } from './format.js'
import { defaultOf } from './generateOptions.js'
import { readLogitBias } from './logitBias.js'
import { generateOptions } from './options.js'
import { readReasoning } from './reasoning.js'

/** @import { GenerateOptions } from '../types.d.ts' */
/** @import { ToolChoice } from '../types.d.ts' */
/** @import { Reasoning } from '../prompt/turns/TurnFormat.js' */
/** @import { Tool } from '../tools/readTools.js' */
/** @import { EngineFormat } from './format.js' */
/** @import { OptionEntry } from './generateOptions.js' */
/** @import { TokensOf } from './logitBias.js' */

/**
 * What the engine is told of a generation, next to its prompt: the options that were given. It has the defaults.
 *
 * @typedef {Omit<GenerateOptions, 'n' | 'raw' | 'showFormat' | 'continueFinal' | 'system' | 'templateOptions' | 'signal' | keyof TurnAsked | 'stop' | 'logitBias' | 'format'> & {
 *   stop?: string[], format?: EngineFormat, logitBias?: Record<string, number | '-Infinity'> }} GivenOptions JSON has no infinity: a string stands
 *   for it
 */

/**
 * What is asked of the turn that a model writes.
 *
 * @typedef {object} TurnAsked
 * @property {readonly Tool[]} [tools]
 * @property {ToolChoice} [toolChoice]
 * @property {boolean} [parallelToolCalls]
 * @property {Reasoning} [reasoning]
 */

/**
 * Checks the options of a generation.
 *
 * @template {Record<string, (value: unknown, name: string) => unknown>} [Others={}]
 * @param {GenerateOptions} options
 * @param {{ what: string, vocabularySize: number, tokensOf: TokensOf, others?: Others }} context `what` the options are,
 *   for messages; the ids of the model are below `vocabularySize`; `tokensOf` finds tokens by their texts; the checks of
 *   `others` that there may be
 * @returns {{ engine: GivenOptions, turn: TurnAsked, n: number, raw: boolean, showFormat: boolean, continueFinal: boolean, system: string | undefined,
 *   templateOptions: Record<string, unknown> | undefined, signal: AbortSignal | undefined }
 *   & { [Name in keyof Others]?: ReturnType<Others[Name]> }}
 */
export function readGenerateOptions(options, { what, others, ...vocabulary }) {
  const checks = Object.fromEntries(
    Object.entries(generateOptions).map(([name, option]) => [name, checkOf(option, vocabulary)]),
  )
  const read = /** @type {any} */ (readOptions(options, { ...checks, ...others }, { what }))
  const {
    n = 1,
    raw = false,
    showFormat = true,
    continueFinal = false,
    system,
    templateOptions,
    signal,
    ...of
  } = read
  const { tools, toolChoice, parallelToolCalls, reasoning, ...rest } = of
  const turn = { tools, toolChoice, parallelToolCalls, reasoning }
  const isOther = (/** @type {[string, unknown]} */ [name]) =>
    others !== undefined && Object.hasOwn(others, name)
  const entries = /** @type {[string, unknown][]} */ (Object.entries(rest))
  const engine = Object.fromEntries(entries.filter((entry) => !isOther(entry)))
  const more = /** @type {any} */ (Object.fromEntries(entries.filter(isOther)))
  return { engine, turn, n, raw, showFormat, continueFinal, system, templateOptions, signal, ...more }
}

/** @typedef {{ vocabularySize: number, tokensOf: TokensOf }} Tokens */

/**
 * @param {OptionEntry} option
 * @param {Tokens} vocabulary
 * @returns {(value: unknown, name: string) => unknown}
 */
function checkOf(option, vocabulary) {
  const { kind, from = Number.NaN, above, to = Number.NaN } = option
  const advice = option.required ? undefined : `Default: ${defaultOf(option)}.`
  switch (kind) {
    case 'integer':
      return integerIn({ from, to, advice })
    case 'number':
      return numberIn({ ...(above === undefined ? { from } : { above }), to, advice })
    case 'boolean':
      return booleanValue
    case 'text':
      return text
    case 'choice':
      return oneOf(option.values ?? [])
    case 'texts':
      return (value, name) => readTexts(value, name, Number(option.most))
    case 'record':
      return (value, name) => readRecord(value, name, option, vocabulary)
    case 'biases':
      return (value, name) => readLogitBias(value, name, { from, to, ...vocabulary })
    case 'variables':
      return readTemplateOptions
    case 'format':
      return readFormat
    case 'tools':
      return readTools
    case 'toolChoice':
      return readToolChoice
    case 'reasoning':
      return readReasoning
    case 'signal':
      return abortSignal
    default:
      throw new TypeError(`no check for options that are ${kind}`)
  }
}

/**
 * Checks an option that is an object.
 *
 * @param {unknown} value
 * @param {string} name
 * @param {OptionEntry} option
 * @param {Tokens} vocabulary
 */
function readRecord(value, name, { fields = {} }, vocabulary) {
  const checks = Object.fromEntries(
    Object.entries(fields).map(([field, entry]) => [field, checkOf(entry, vocabulary)]),
  )
  const read = readOptions(value, checks, { what: name, prefix: `${name}.` })
  for (const [field, { required }] of Object.entries(fields)) {
    if (required && read[field] === undefined)
      throw invalidArgument(`${name}.${field}`, undefined, 'a number')
  }
  return read
}

/**
 * Checks the texts that end a generation.
 *
 * @param {unknown} value a string or an array of strings
 * @param {string} name
 * @param {number} most how many there may be
 */
function readTexts(value, name, most) {
  if (typeof value === 'string') return [stopText(value, name)]
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'a string or an array of strings')
  if (value.length > most) throw invalidArgument(name, value, `at most ${most} strings`)
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
