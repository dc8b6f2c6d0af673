import { Registry } from 'prom-client'
import { booleanValue, bytesOf, integerIn, invalidArgument, text, urlOf } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'

/** @import { Model } from '../Model.js' */
/** @import { HandlerLimits, HandlerLog, HandlerOptions, KeyEntry, ServedModel } from './types.d.ts' */

const MOST = 2 ** 31 - 1

/**
 * The limits, all of them, but for those that there are only where they are given.
 *
 * @typedef {Required<Omit<HandlerLimits, 'redis' | 'requestMs'>> & Pick<HandlerLimits, 'redis' | 'requestMs'>} Limits
 */

/** What requests may be like where nobody says. @type {Limits} */
const LIMITS = {
  bodyBytes: 4 * 1024 * 1024,
  bodyMs: 30_000,
  depth: 64,
  messages: 2048,
  texts: 2048,
  answers: 16,
  queue: 512,
  responses: 1000,
}

/** Where nobody hears, failures are told of on stderr all the same. @type {HandlerLog} */
const FAILURES_ALONE = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => console.error(message, fields),
}

/**
 * Checks the options of `createHandler`, and fills in what was left out.
 *
 * @param {HandlerOptions} options
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function readHandlerOptions(options) {
  const read = readOptions(
    options,
    {
      models: readModels,
      keepAlive: milliseconds,
      maxLoaded: integerIn({ from: 1, to: MOST, advice: 'Leave it out for any number.' }),
      embedding: text,
      keys: (value) => /** @type {string | readonly KeyEntry[]} */ (value),
      limits: readLimits,
      cors: readOrigins,
      log: readLog,
      logPrompts: booleanValue,
      metrics: readRegistry,
      page: booleanValue,
    },
    { what: 'the options of createHandler' },
  )
  if (read.models === undefined) throw invalidArgument('models', undefined, MODELS)
  if (read.embedding !== undefined && !read.models.has(read.embedding)) {
    throw invalidArgument(
      'embedding',
      read.embedding,
      `one of the models: ${[...read.models.keys()].join(', ')}`,
    )
  }
  return {
    models: read.models,
    keepAlive: read.keepAlive ?? 300_000,
    maxLoaded: read.maxLoaded ?? Number.POSITIVE_INFINITY,
    embedding: read.embedding,
    keys: read.keys,
    limits: read.limits ?? LIMITS,
    cors: read.cors ?? [],
    log: read.log ?? FAILURES_ALONE,
    logPrompts: read.logPrompts ?? false,
    page: read.page ?? false,
    metrics: read.metrics === false ? undefined : (read.metrics ?? new Registry()),
  }
}

/** @param {unknown} value @param {string} name */
function milliseconds(value, name) {
  if (value === Number.POSITIVE_INFINITY) return value
  return integerIn({ from: 0, to: Number.MAX_SAFE_INTEGER, advice: 'Infinity keeps models for good.' })(
    value,
    name,
  )
}

const MODELS = 'at least one model: an object of them by name, or a list'

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Map<string, Model | ServedModel>}
 */
function readModels(value, name) {
  if (typeof value !== 'object' || value === null) throw invalidArgument(name, value, MODELS)
  const named = Array.isArray(value)
    ? value.map((given, index) => [nameOf(given, `${name}[${index}]`), given])
    : Object.entries(value)
  const models = new Map(named.map(([own, given]) => [own, readModel(given, `${name}.${own}`)]))
  if (models.size === 0) throw invalidArgument(name, value, MODELS)
  if (models.size < named.length)
    throw invalidArgument(name, value, 'another name for each model', 'Give an object of them by name.')
  return models
}

/**
 * Whether it is a loaded model, of any copy of this package: bundlers and CommonJS have their own.
 *
 * @param {unknown} given
 * @returns {given is Model}
 */
export function isLoaded(given) {
  const model = /** @type {Partial<Model> | null | undefined} */ (given)
  return typeof model?.generate === 'function' && typeof model.stats === 'function'
}

/** @param {unknown} given @param {string} what */
function nameOf(given, what) {
  if (isLoaded(given)) return given.name
  return text(given, what)
}

/** @param {unknown} given @param {string} what @returns {Model | ServedModel} */
function readModel(given, what) {
  if (isLoaded(given)) return given
  if (typeof given === 'string' || urlOf(given) !== null || bytesOf(given) !== null) {
    return { source: /** @type {any} */ (given) }
  }
  const { source } = /** @type {{ source?: unknown }} */ (given ?? {})
  if (source === undefined) throw invalidArgument(what, given, 'a loaded model, a source, or { source, … }')
  return /** @type {ServedModel} */ (given)
}

/** @param {unknown} value @param {string} name @returns {Limits} */
function readLimits(value, name) {
  const from1 = integerIn({ from: 1, to: MOST })
  const { redis, requestMs, ...limits } = readOptions(
    value,
    {
      bodyBytes: from1,
      bodyMs: from1,
      depth: integerIn({ from: 1, to: 100 }),
      messages: from1,
      texts: from1,
      answers: integerIn({ from: 1, to: 128 }),
      queue: from1,
      requestMs: from1,
      responses: integerIn({ from: 0, to: MOST }),
      redis: (client) => /** @type {object} */ (client),
    },
    { what: name, prefix: `${name}.` },
  )
  return { ...LIMITS, ...limits, requestMs, redis }
}

/** @param {unknown} value @param {string} name */
function readOrigins(value, name) {
  const origins = Array.isArray(value) ? value : [value]
  return origins.map((origin, index) => {
    const what = Array.isArray(value) ? `${name}[${index}]` : name
    if (origin === '*') return origin
    if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) return origin
    throw invalidArgument(what, origin, "an origin such as 'https://example.org', or '*'")
  })
}

/** @param {unknown} value @param {string} name @returns {Registry | false} */
function readRegistry(value, name) {
  if (value === false || value === true) return value && new Registry()
  const registry = /** @type {Partial<Registry> | null} */ (value)
  if (typeof registry?.registerMetric === 'function') return /** @type {Registry} */ (value)
  throw invalidArgument(name, value, 'true, false or a registry of prom-client')
}

/** @param {unknown} value @param {string} name @returns {HandlerLog} */
function readLog(value, name) {
  const log = /** @type {Partial<HandlerLog> | null} */ (value)
  for (const level of /** @type {const} */ (['info', 'warn', 'error'])) {
    if (typeof log?.[level] !== 'function')
      throw invalidArgument(name, value, 'a logger with info, warn and error, such as pino()')
  }
  return /** @type {HandlerLog} */ (value)
}
