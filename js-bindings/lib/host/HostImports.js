import { RealmError } from '../errors/RealmError.js'
import { bindHostFunctions } from './bindHostFunctions.js'

/** @import { Bridge } from '../bridge/Bridge.js' */
/** @import { HostFunctions } from './HostFunctions.js' */

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
