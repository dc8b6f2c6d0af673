import { booleanValue } from './arguments/booleanValue.js'
import { readOptions } from './arguments/readOptions.js'
import { text } from './arguments/text.js'
import { tokenIds } from './arguments/tokenIds.js'

/** @import { EngineModel } from './engine/EngineModel.js' */
/** @import { LoadedModel } from './engine/LoadedModel.js' */

/** Text to token ids and back. */
export class Vocabulary {
  #engine
  #size

  /**
   * @param {EngineModel} engine the engine's side of it
   * @param {Pick<LoadedModel, 'vocabularySize'>} opened
   */
  constructor(engine, { vocabularySize }) {
    this.#engine = engine
    this.#size = vocabularySize
  }

  /**
   * The token ids of a text. It holds the event loop while it works: some milliseconds for a thousand words.
   *
   * @param {string} input well-formed: no lone surrogates
   * @param {TokenizeOptions} [options]
   * @returns {number[]}
   * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT` or `DISPOSED`
   */
  tokenize(input, options = {}) {
    const { special, addBos } = readOptions(
      options,
      { special: booleanValue, addBos: booleanValue },
      { what: 'the options of tokenize' },
    )
    const args = { text: text(input, 'text'), special: special ?? false, addBos: addBos ?? false }
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
    const checked = tokenIds(ids, 'ids', this.#size)
    return this.#engine.call('detokenize', { ids: checked }).text
  }

  /**
   * Frees it. Nothing else can be called from now on (`DISPOSED`). May be called again.
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

/**
 * How a text is turned into ids.
 *
 * @typedef {object} TokenizeOptions
 * @property {boolean} [special] whether the texts of special tokens in it are those tokens; default false
 * @property {boolean} [addBos] whether the tokens that the model's file asks for around a text (BOS, EOS, CLS, SEP) are
 *   added; default false
 */
