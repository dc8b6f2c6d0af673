import { types } from 'node:util'
import {
  abortSignal,
  booleanValue,
  describeValue,
  integerIn,
  invalidArgument,
  numberIn,
  oneOf,
  text,
} from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'
import { RealmError } from '../errors/RealmError.js'
import { readTemplateOptions } from '../prompt/readMessages.js'
import { readToolChoice, readTools } from '../tools/readTools.js'
import { readFormat } from './format.js'
import { defaultOf } from './generateOptions.js'
import { generateOptions } from './options.js'
import { readReasoning } from './reasoning.js'

/** @import { GenerateOptions } from '../types.d.ts' */
/** @import { ToolChoice } from '../types.d.ts' */
/** @import { Reasoning } from '../prompt/turns/TurnFormat.js' */
/** @import { Tool } from '../tools/readTools.js' */
/** @import { EngineFormat } from './format.js' */
/** @import { OptionEntry } from './generateOptions.js' */

/**
 * What the engine is told of a generation, next to its prompt: the options that were given. It has the defaults.
 *
 * @typedef {Omit<GenerateOptions, 'n' | 'raw' | 'system' | 'templateOptions' | 'signal' | keyof TurnAsked | 'stop' | 'logitBias' | 'format'> & {
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
 * @param {{ what: string, vocabularySize: number, others?: Others }} context `what` the options are, for messages; the ids
 *   of the model are below `vocabularySize`; the checks of `others` that there may be
 * @returns {{ engine: GivenOptions, turn: TurnAsked, n: number, raw: boolean, system: string | undefined,
 *   templateOptions: Record<string, unknown> | undefined, signal: AbortSignal | undefined }
 *   & { [Name in keyof Others]?: ReturnType<Others[Name]> }}
 */
export function readGenerateOptions(options, { what, vocabularySize, others }) {
  const checks = Object.fromEntries(
    Object.entries(generateOptions).map(([name, option]) => [name, checkOf(option, vocabularySize)]),
  )
  const read = /** @type {any} */ (readOptions(options, { ...checks, ...others }, { what }))
  const { n = 1, raw = false, system, templateOptions, signal, ...of } = read
  const { tools, toolChoice, parallelToolCalls, reasoning, ...rest } = of
  const turn = { tools, toolChoice, parallelToolCalls, reasoning }
  const isOther = (/** @type {[string, unknown]} */ [name]) =>
    others !== undefined && Object.hasOwn(others, name)
  const entries = /** @type {[string, unknown][]} */ (Object.entries(rest))
  const engine = Object.fromEntries(entries.filter((entry) => !isOther(entry)))
  const more = /** @type {any} */ (Object.fromEntries(entries.filter(isOther)))
  return { engine, turn, n, raw, system, templateOptions, signal, ...more }
}

/**
 * @param {OptionEntry} option
 * @param {number} vocabularySize
 * @returns {(value: unknown, name: string) => unknown}
 */
function checkOf(option, vocabularySize) {
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
      return (value, name) => readRecord(value, name, option, vocabularySize)
    case 'biases':
      return (value, name) => readLogitBias(value, name, { from, to, vocabularySize })
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
 * @param {number} vocabularySize
 */
function readRecord(value, name, { fields = {} }, vocabularySize) {
  const checks = Object.fromEntries(
    Object.entries(fields).map(([field, entry]) => [field, checkOf(entry, vocabularySize)]),
  )
  const read = readOptions(value, checks, { what: name, prefix: `${name}.` })
  for (const [field, { required }] of Object.entries(fields)) {
    if (required && read[field] === undefined)
      throw invalidArgument(`${name}.${field}`, undefined, 'a number')
  }
  return read
}

/**
 * Checks what is added to the logits of token ids.
 *
 * @param {unknown} value an object or a Map, of numbers by id
 * @param {string} name
 * @param {{ from: number, to: number, vocabularySize: number }} range of the numbers; ids are below `vocabularySize`
 * @returns {Record<string, number | '-Infinity'>}
 */
function readLogitBias(value, name, { from, to, vocabularySize }) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(name, value, 'an object or a Map of numbers by token id, such as { 42: -1.5 }')
  }
  const entries = types.isMap(value) ? [...value] : Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, bias]) => {
      const id = readId(key, name, vocabularySize)
      return [id, readBias(bias, `${name}[${id}]`, { from, to })]
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
 * @param {{ from: number, to: number }} range
 * @returns {number | '-Infinity'}
 */
function readBias(bias, name, { from, to }) {
  if (bias === Number.NEGATIVE_INFINITY) return '-Infinity'
  if (typeof bias !== 'number' || !(bias >= from && bias <= to)) {
    throw invalidArgument(
      name,
      bias,
      `a number from ${from} to ${to}, or -Infinity`,
      '-Infinity bans the token.',
    )
  }
  return bias
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
