import { types } from 'node:util'
import { functionValue, integerIn, invalidArgument } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { runningBridge } from './bridge/startBridge.js'
import { RealmError } from './errors/RealmError.js'
import { Model } from './Model.js'
import { storedModelId } from './storedModels.js'

/** @import { GuestMemory, HostFunctions, HostImportsOptions } from './types.d.ts' */
/** @import { Bridge } from './bridge/Bridge.js' */

const LIMIT = integerIn({ from: 0, to: Number.MAX_SAFE_INTEGER, advice: 'Leave it out for no limit.' })

/**
 * Makes a guest: the host functions over a memory, for a WebAssembly module to import and for JavaScript to call. They work
 * on the thread that calls them, which waits for their results. The first time that a loaded model is granted to a guest,
 * its whole file is read, which takes about a second for a gigabyte.
 *
 * @param {GuestMemory | (() => GuestMemory)} memory the guest's memory, as a WebAssembly.Memory; or a function that gives
 *   it, for a module that exports its own: `() => instance.exports.memory`. It is asked in each call
 * @param {HostImportsOptions} [options]
 * @returns {HostImports} to be closed when the guest is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `DISPOSED` or `MODEL_NOT_FOUND`;
 *   `JVM_START_FAILED` before the engine runs: await `detectRuntime()` or `loadModel()` first
 */
export function hostImports(memory, options = {}) {
  const read = readGuestMemory(memory)
  const { models, streamToken, ...limits } = readOptions(
    options,
    {
      models: grantedModels,
      streamToken: functionValue,
      maxTokens: LIMIT,
      maxSessions: LIMIT,
      maxBytes: LIMIT,
    },
    { what: 'the options of hostImports' },
  )
  const bridge = runningBridge()
  const opened = bridge.call('guestOpen', { models: models ?? [], ...limits })
  return new HostImports(bridge, opened, read, /** @type {HostImportsOptions['streamToken']} */ (streamToken))
}

/**
 * A check for models that a guest is granted: as the engine takes them.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function grantedModels(value, name) {
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'an array of models')
  return Array.from(value, (model, index) => granted(model, `${name}[${index}]`))
}

/**
 * @param {unknown} model
 * @param {string} name
 */
function granted(model, name) {
  if (model instanceof Model) {
    model.engine.mustBeOpen()
    return { loaded: model.engine.id }
  }
  if (typeof model !== 'number') {
    throw invalidArgument(name, model, 'a loaded model, or an id that storeModel() gave')
  }
  return { stored: storedModelId(model, name) }
}

/** The host functions for one guest: what a WebAssembly module imports, until `close`. `hostImports` makes it. */
export class HostImports {
  #bridge
  #guest
  #models
  #env
  /** @type {{ error: unknown } | undefined} what streamToken threw in the last text */
  #thrown

  /**
   * @internal
   * @param {Bridge} bridge
   * @param {{ guest: number, models: number[] }} opened what the engine calls the guest, and its models
   * @param {{ readonly buffer: ArrayBufferLike | ArrayBufferView }} memory the guest's
   * @param {((pointer: number, length: number) => unknown)} [streamToken]
   */
  constructor(bridge, { guest, models }, memory, streamToken) {
    this.#bridge = bridge
    this.#guest = guest
    this.#models = models
    const stream = streamToken && this.#keepingErrors(streamToken)
    const functions = bindHostFunctions(bridge, guest, memory, stream)
    this.#env = Object.freeze({
      ...functions,
      realm_generate: (/** @type {Parameters<HostFunctions['realm_generate']>} */ ...args) => {
        this.#thrown = undefined
        return functions.realm_generate(...args)
      },
    })
  }

  /** The functions, which a module imports as `env`: `WebAssembly.instantiate(bytes, { env: imports.env })`. */
  get env() {
    return this.#env
  }

  /** The ids by which the guest has the granted models, in their order. */
  get models() {
    return [...this.#models]
  }

  /**
   * What the last call that returned the number of an error failed with; null if none did.
   *
   * @returns {RealmError | null}
   */
  lastError() {
    const { code, message } = this.#bridge.call('guestError', { guest: this.#guest })
    if (code === undefined) return null
    const cause = code === 'ABORTED' ? this.#thrown?.error : undefined
    return new RealmError(code, message, cause === undefined ? undefined : { cause })
  }

  /** Ends the text that is being generated, if any, as `ABORTED`: within `streamToken`, when a piece is enough. */
  cancel() {
    this.#bridge.call('guestCancel', { guest: this.#guest })
  }

  /**
   * Ends the guest: its sessions are closed, and its models are freed unless others have them. From now on every function
   * returns the number of `DISPOSED`. May be called again.
   */
  close() {
    this.#bridge.call('guestClose', { guest: this.#guest })
  }

  /** Does as `close`. */
  [Symbol.dispose]() {
    this.close()
  }

  /**
   * The engine's name for the guest, by which any thread can cancel what it runs.
   *
   * @internal
   */
  get guest() {
    return this.#guest
  }

  /** @param {(pointer: number, length: number) => unknown} streamToken */
  #keepingErrors(streamToken) {
    return (/** @type {number} */ pointer, /** @type {number} */ length) => {
      try {
        streamToken(pointer, length)
      } catch (error) {
        this.#thrown = { error }
        throw error
      }
    }
  }
}

/**
 * The host functions as JavaScript functions for one guest.
 *
 * @param {Bridge} bridge
 * @param {number} guest the engine's name for it
 * @param {{ readonly buffer: ArrayBufferLike | ArrayBufferView }} memory its memory
 * @param {(pointer: number, length: number) => unknown} [stream] takes pieces of text
 * @returns {HostFunctions}
 */
export function bindHostFunctions(bridge, guest, memory, stream) {
  const functions = HOST_FUNCTIONS.map(([name], index) => {
    const bound = (/** @type {(number | bigint)[]} */ ...args) =>
      bridge.hostCall(guest, index, memory, name === 'realm_generate' ? stream : undefined, ...args)
    return [name, bound]
  })
  return Object.fromEntries(functions)
}

/**
 * The host functions in the order in which Java's HostFunction numbers them, each with how many parameters it has.
 *
 * @type {readonly [name: keyof import('./types.d.ts').HostFunctions, parameters: number][]}
 */
export const HOST_FUNCTIONS = Object.freeze([
  ['realm_store_model', 3],
  ['realm_get_tensor', 5],
  ['realm_get_tensor_range', 7],
  ['realm_get_model_info', 3],
  ['realm_get_model_metadata', 3],
  ['realm_remove_model', 1],
  ['realm_encode_tokens', 6],
  ['realm_decode_tokens', 5],
  ['realm_embed_tokens', 5],
  ['realm_forward_layer', 7],
  ['realm_compute_logits', 5],
  ['realm_open_session', 2],
  ['realm_close_session', 1],
  ['realm_generate', 7],
])

/**
 * A guest's memory as the bridge reads it.
 *
 * @param {GuestMemory | (() => GuestMemory)} memory
 * @returns {{ readonly buffer: ArrayBuffer | ArrayBufferView }} throws `INVALID_ARGUMENT` where a function gives no memory
 * @throws {RealmError} `INVALID_ARGUMENT`
 */
export function readGuestMemory(memory) {
  if (typeof memory === 'function') {
    return {
      get buffer() {
        return bufferOf(asked(memory), 'what the memory function returned')
      },
    }
  }
  if (types.isArrayBuffer(bufferOf(memory, 'memory'))) {
    return /** @type {{ readonly buffer: ArrayBuffer }} */ (memory)
  }
  return {
    get buffer() {
      return bufferOf(memory, 'memory')
    },
  }
}

/** @param {() => GuestMemory} memory */
function asked(memory) {
  try {
    return memory()
  } catch (cause) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `memory: the function threw (${cause}), expected a WebAssembly.Memory; call host functions once the module is there.`,
      { cause },
    )
  }
}

/**
 * @param {unknown} memory
 * @param {string} name
 */
function bufferOf(memory, name) {
  const buffer = /** @type {GuestMemory | null | undefined} */ (memory)?.buffer
  if (types.isArrayBuffer(buffer)) return buffer
  // The bridge reads shared memory by a view alone.
  if (types.isSharedArrayBuffer(buffer)) return new Uint8Array(buffer)
  throw invalidArgument(name, memory, 'a WebAssembly.Memory, or a function that returns one')
}
