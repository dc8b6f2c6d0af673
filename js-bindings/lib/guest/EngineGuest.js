import { fetchArtifacts } from '../artifacts/fetchArtifacts.js'
import { RealmError } from '../errors/RealmError.js'

/** @import { Bridge } from '../bridge/Bridge.js' */
/** @import { GuestRunner } from './Guest.js' */
/** @import { readGuestOptions } from '../createGuest.js' */
/** @import { Model } from '../Model.js' */

/**
 * A guest in an engine of the Java machine.
 *
 * @implements {GuestRunner}
 */
export class EngineGuest {
  #bridge
  #models
  #guest = 0
  /** @type {number[]} */
  models = []

  /**
   * @param {Bridge} bridge
   * @param {readonly Model[]} models those that were granted
   */
  constructor(bridge, models) {
    this.#bridge = bridge
    this.#models = models
  }

  /**
   * Fetches the engine where it is not here yet, and makes the guest.
   *
   * @param {Bridge} bridge
   * @param {ReturnType<typeof readGuestOptions>} options
   */
  static async open(bridge, options) {
    const { engine, source, models, maxTokens, memoryBytes, timeMs, signal, onProgress } = options
    const jars = await fetchArtifacts([/** @type {'graaljs' | 'graalwasm'} */ (engine)], {
      signal,
      onProgress,
    })
    const made = new EngineGuest(bridge, models)
    const granted = models.map((model) => ({ loaded: model.engine.id }))
    const args = { engine, jars, models: granted, maxTokens, memoryBytes, timeMs }
    const created = await bridge.open('guestCreate', args, {
      signal,
      bytes: source,
      onProgress: (question) => made.#answer(question),
    })
    made.#guest = created.guest
    made.models = created.models
    return made
  }

  /**
   * @param {string} name
   * @param {string} json
   * @returns {Promise<string>}
   */
  async call(name, json) {
    const args = { guest: this.#guest, function: name, arguments: json }
    const result = await this.#bridge.open('guestCall', args, {
      onProgress: (question) => this.#answer(question),
    })
    return result.json
  }

  /** @returns {Promise<void>} */
  async end() {
    await this.#bridge.open('guestEnd', { guest: this.#guest })
  }

  /**
   * Reads a prompt of the guest's, as `generate` of the model would.
   *
   * @param {{ question: number, model: number, prompt: any, options: any }} asked
   */
  #answer({ question, model, prompt, options }) {
    this.#bridge.call('guestAnswer', { question, ...this.#read(model, prompt, options) })
  }

  /**
   * @param {number} model
   * @param {any} prompt
   * @param {any} options
   */
  #read(model, prompt, options) {
    try {
      return this.#models[model].readGeneration(prompt, withInfinities(options))
    } catch (error) {
      if (!(error instanceof RealmError)) throw error
      return { code: error.code, message: error.message }
    }
  }
}

/**
 * JSON has no infinity: the guest sends strings for those that ban tokens.
 *
 * @param {any} options
 */
function withInfinities(options) {
  const biases = options.logitBias
  if (typeof biases !== 'object' || biases === null) return options
  const revived = Object.entries(biases).map(([id, bias]) => [id, bias === '-Infinity' ? -Infinity : bias])
  return { ...options, logitBias: Object.fromEntries(revived) }
}
