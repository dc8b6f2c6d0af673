import { createHash } from 'node:crypto'
import { invalidArgument, oneOf } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'

/** @import { Model } from '../Model.js' */
/** @import { StreamEvent } from '../types.d.ts' */
/** @import { ModelJob, ModelJobResult } from './types.d.ts' */

/** @typedef {{ signal: AbortSignal, onEvent: (event: StreamEvent) => void }} Listeners */

/** The fields of a job's data, by its kind. */
const FIELDS = {
  generate: ['kind', 'prompt', 'messages', 'options'],
  embed: ['kind', 'texts', 'options'],
  rank: ['kind', 'query', 'documents', 'options'],
}

/**
 * Reads what a job asks of a model.
 *
 * @param {ModelJob} data as Redis had it: anything
 * @param {{ seedOf: string, priority: number }} job of whose text the seed is made where it has none; BullMQ's priority
 * @returns {(model: Model, listeners: Listeners) => Promise<ModelJobResult>}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`; the model checks the rest
 */
export function readJob(data, job) {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalidArgument('data', data, 'an object')
  }
  const kind = oneOf(/** @type {const} */ (['generate', 'embed', 'rank']))(
    data.kind ?? 'generate',
    'data.kind',
  )
  const any = (/** @type {any} */ value) => value
  const checks = Object.fromEntries(FIELDS[kind].map((name) => [name, any]))
  const { options: given = {}, ...fields } = readOptions(data, checks, {
    what: `the data of a job of ${kind}`,
  })
  if (typeof given !== 'object' || Array.isArray(given))
    throw invalidArgument('data.options', given, 'an object')
  if (given.signal !== undefined) {
    throw invalidArgument('data.options.signal', given.signal, 'nothing', 'cancelJob() stops a job.')
  }
  const options = { ...given, priority: given.priority ?? enginePriority(job.priority) }
  switch (kind) {
    case 'embed':
      return async (model, { signal }) => {
        const { embeddings, usage } = await model.embed(fields.texts, { ...options, signal })
        return { embeddings: embeddings.map(asArrays), usage }
      }
    case 'rank':
      return (model, { signal }) => model.rank(fields.query, fields.documents, { ...options, signal })
    default:
      return generation(fields, options, job.seedOf)
  }
}

/**
 * @param {{ prompt?: any, messages?: any }} fields
 * @param {Record<string, any>} options
 * @param {string} seedOf
 */
function generation({ prompt, messages }, options, seedOf) {
  if ((prompt === undefined) === (messages === undefined)) {
    throw invalidArgument('data', { prompt, messages }, 'either prompt or messages')
  }
  if ((options.n ?? 1) !== 1) {
    throw invalidArgument('data.options.n', options.n, '1', 'Add a job for each answer.')
  }
  // An attempt after a crash has to make the same text: what readers have of it stays true.
  const seed =
    options.seed === undefined || options.seed === null || options.seed < 0 ? hash(seedOf) : options.seed
  return async (/** @type {Model} */ model, /** @type {Listeners} */ { signal, onEvent }) => {
    const stream = model.stream(prompt ?? messages, { ...options, seed, signal })
    for await (const event of stream.events()) onEvent(event)
    return stream.result
  }
}

/**
 * The engine's priority, -10 to 10, greater first, of BullMQ's: 0 to 2097152, smaller first, of which 0 is that of jobs that
 * name none. Their order stays, but that those which are near each other may become one.
 *
 * @param {number} priority
 */
export function enginePriority(priority) {
  return -Math.min(10, Math.ceil(Math.log2(priority + 1)))
}

/** @param {string} text @returns {number} an integer from 0 to 2^48 - 1 */
function hash(text) {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6)
}

/** @param {Float32Array | Float32Array[]} vector one, or with `pooling: 'none'` one a token */
function asArrays(vector) {
  return Array.isArray(vector) ? vector.map((part) => Array.from(part)) : Array.from(vector)
}
