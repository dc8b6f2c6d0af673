import { types } from 'node:util'
import { abortSignal, functionValue, integerIn, invalidArgument, text } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { throwIfAborted } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'
import { EngineGuest } from './guest/EngineGuest.js'
import { newGuest } from './guest/Guest.js'
import { WorkerGuest } from './guest/WorkerGuest.js'
import { Model } from './Model.js'

/** @import { Guest } from './guest/Guest.js' */
/** @import { GuestOptions } from './types.d.ts' */

/**
 * Makes a guest: runs code that nobody has to trust, with the models that it is granted, and within its limits.
 *
 * @param {GuestOptions} options
 * @returns {Promise<Guest>} to be closed when it is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`; `GUEST_ERROR` if the source cannot be read or
 *   throws, `TIMEOUT`, `QUOTA_EXCEEDED`, `OUT_OF_MEMORY` or `STACK_OVERFLOW` if it exceeds its limits; `DOWNLOAD_FAILED` or
 *   `CHECKSUM_MISMATCH` where its engine has to be fetched; `UNSUPPORTED_RUNTIME` for `wasm` in Bun; or as `loadModel`
 *   where Realm's own does not start
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function createGuest(options) {
  const read = readGuestOptions(options)
  throwIfAborted(read.signal)
  if (read.engine === 'wasm' && 'bun' in process.versions) throw notInBun()
  const bridge = await startBridge()
  const runner =
    read.engine === 'wasm' ? await WorkerGuest.open(bridge, read) : await EngineGuest.open(bridge, read)
  return newGuest(runner, read.signal)
}

/** Bun ends no thread that loops in WebAssembly (oven-sh/bun#36356), and gives threads no limits of memory. */
function notInBun() {
  return new RealmError(
    'UNSUPPORTED_RUNTIME',
    "engine: received 'wasm' in Bun, which cannot end a guest that exceeds its limits. Take 'graalwasm', which runs the " +
      'same module in the engine.',
  )
}

const ENGINES = ['graaljs', 'graalwasm', 'wasm']
const DEFAULT_MEMORY_MB = 256
const DEFAULT_TIME_MS = 60_000

/**
 * Checks how a guest is to be made, and fills in the defaults.
 *
 * @param {GuestOptions} options
 */
export function readGuestOptions(options) {
  const { engine, source, grants, limits, signal, onProgress } = readOptions(
    options,
    {
      engine: engineName,
      source: (value) => value,
      grants: readGrants,
      limits: readLimits,
      signal: abortSignal,
      onProgress: functionValue,
    },
    { what: 'the options of createGuest' },
  )
  const name = engine ?? engineName(undefined, 'engine')
  const { models = [], maxTokens, memoryMb = DEFAULT_MEMORY_MB } = grants ?? {}
  return {
    engine: name,
    source: name === 'graaljs' ? scriptOf(source) : moduleOf(source),
    models,
    maxTokens,
    memoryBytes: memoryMb * 2 ** 20,
    timeMs: limits?.timeMs ?? DEFAULT_TIME_MS,
    signal,
    onProgress: /** @type {GuestOptions['onProgress']} */ (onProgress),
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function engineName(value, name) {
  if (!ENGINES.includes(/** @type {string} */ (value))) {
    throw invalidArgument(name, value, ENGINES.map((engine) => `'${engine}'`).join(' or '))
  }
  return /** @type {GuestOptions['engine']} */ (value)
}

/** @param {unknown} value */
function readGrants(value) {
  return readOptions(
    value,
    {
      models: grantedModels,
      maxTokens: integerIn({ from: 0, to: Number.MAX_SAFE_INTEGER, advice: 'Leave it out for no limit.' }),
      memoryMb: integerIn({ from: 1, to: 65_536 }),
    },
    { what: 'the grants of a guest', prefix: 'grants.' },
  )
}

/** @param {unknown} value */
function readLimits(value) {
  return readOptions(
    value,
    { timeMs: integerIn({ from: 1, to: 2 ** 31 - 1 }) },
    { what: 'the limits of a guest', prefix: 'limits.' },
  )
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function grantedModels(value, name) {
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'an array of models')
  return Array.from(value, (model, index) => {
    if (!(model instanceof Model)) {
      throw invalidArgument(`${name}[${index}]`, model, 'a model that loadModel() gave')
    }
    model.engine.mustBeOpen()
    return model
  })
}

/** @param {unknown} source */
function scriptOf(source) {
  return new TextEncoder().encode(text(source, 'source'))
}

/** @param {unknown} source */
function moduleOf(source) {
  if (types.isArrayBuffer(source)) return new Uint8Array(source)
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  }
  throw invalidArgument('source', source, 'the bytes of a WebAssembly module (Uint8Array or ArrayBuffer)')
}
