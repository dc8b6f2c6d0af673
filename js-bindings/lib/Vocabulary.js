import { booleanValue, text as checkText, tokenIds } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'

/** @import { EngineModel } from './EngineModel.js' */
/** @import { TokenizeOptions } from './types.d.ts' */

/** Text to token ids and back: what every file with a tokenizer can do, also one that holds nothing else. */
export class Vocabulary {
  #engine

  /** @param {EngineModel} engine the engine's side of it */
  constructor(engine) {
    this.#engine = engine
  }

  /**
   * The token ids of a text. It holds the event loop while it works: some milliseconds for a thousand words.
   *
   * @param {string} text well-formed: no lone surrogates
   * @param {TokenizeOptions} [options]
   * @returns {number[]}
   * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT` or `DISPOSED`
   */
  tokenize(text, options = {}) {
    const { special, addBos } = readOptions(
      options,
      { special: booleanValue, addBos: booleanValue },
      { what: 'the options of tokenize' },
    )
    const args = { text: checkText(text, 'text'), special: special ?? false, addBos: addBos ?? false }
    return this.#engine.call('tokenize', args).ids
  }

  /**
   * The text of token ids; bytes that are no whole character become U+FFFD.
   *
   * @param {readonly number[] | Int32Array | Uint32Array} ids
   * @returns {string}
   * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE` or `DISPOSED`
   */
  detokenize(ids) {
    const checked = tokenIds(ids, 'ids', this.#engine.opened.vocabularySize)
    return this.#engine.call('detokenize', { ids: checked }).text
  }

  /**
   * Frees it. No new work starts from now on (`DISPOSED`); the work that runs is waited for. May be called again.
   *
   * @returns {Promise<void>}
   */
  dispose() {
    return this.#engine.dispose()
  }

  /** @returns {Promise<void>} */
  [Symbol.asyncDispose]() {
    return this.dispose()
  }
}
