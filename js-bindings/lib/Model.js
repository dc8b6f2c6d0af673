import { AbortError } from './errors/AbortError.js'
import { RealmError } from './errors/RealmError.js'
import { readGenerateOptions } from './generation/readGenerateOptions.js'
import { TextStream } from './generation/TextStream.js'
import { ChatTemplate } from './prompt/ChatTemplate.js'
import { readPrompt } from './prompt/readPrompt.js'
import { Vocabulary } from './Vocabulary.js'

/** @import { JobListeners } from './bridge/Bridge.js' */
/** @import { EngineModel } from './engine/EngineModel.js' */
/** @import { LoadedModel } from './engine/LoadedModel.js' */
/** @import { GenerateOptions } from './generation/GenerateOptions.js' */
/** @import { GenerateResult } from './generation/GenerateResult.js' */
/** @import { Prompt } from './prompt/Message.js' */
/** @import { TokenizeOptions } from './Vocabulary.js' */

/** Shows the constructor that `createModel` calls it: nobody else has it. */
const CONSTRUCT = Symbol('construct')

/**
 * Makes a Model of what the engine loaded.
 *
 * @internal
 * @type {(engine: EngineModel, loaded: LoadedModel, defaultSystem?: string) => Model}
 */
export let createModel

/**
 * The engine's side of a model.
 *
 * @internal
 * @type {(model: Model) => EngineModel}
 */
export let engineModelOf

/**
 * Reads a prompt and the options of `generate`, for someone else to run.
 *
 * @internal
 * @type {(model: Model, prompt: Prompt, options: GenerateOptions) => { prompt: object, options: object, loadMs: number }}
 */
export let readGeneration

/** A loaded model. `loadModel` makes it; `dispose` ends it. Its calls may run at the same time, as many as wanted. */
export class Model {
  #engine
  #vocabulary
  #loaded
  #defaultSystem
  /** @type {ChatTemplate | undefined} */
  #template

  static {
    createModel = (engine, loaded, defaultSystem) => new Model(CONSTRUCT, engine, loaded, defaultSystem)
    engineModelOf = (model) => model.#engine
    readGeneration = (model, prompt, options) => {
      const { job } = model.#read(prompt, options, 'the options of generate')
      return { ...job, loadMs: model.#loaded.loadMs }
    }
  }

  /**
   * @private
   * @param {typeof CONSTRUCT} key
   * @param {EngineModel} engine
   * @param {LoadedModel} loaded
   * @param {string} [defaultSystem] the catalog's system message for chats that set none
   */
  constructor(key, engine, loaded, defaultSystem) {
    if (key !== CONSTRUCT) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        'new Model(): a Model is made by loadModel() alone; call that.',
      )
    }
    this.#engine = engine
    this.#vocabulary = new Vocabulary(engine, loaded)
    this.#loaded = loaded
    this.#defaultSystem = defaultSystem
  }

  /** The catalog's name, the file's name without `.gguf`, or for bytes the name that the file gives itself. */
  get name() {
    return this.#loaded.name
  }

  /** The architecture as the file names it, such as `llama`. */
  get architecture() {
    return this.#loaded.architecture
  }

  /** The most tokens that a prompt and its answer may have together. */
  get contextLength() {
    return this.#loaded.contextLength
  }

  /** The file's metadata, without the vocabulary's long lists. */
  get metadata() {
    return this.#loaded.metadata
  }

  /**
   * The token ids of a text. It holds the event loop while it works: some milliseconds for a thousand words.
   *
   * @param {string} text well-formed: no lone surrogates
   * @param {TokenizeOptions} [options]
   * @returns {number[]}
   * @throws {RealmError} `INVALID_ARGUMENT` or `DISPOSED`
   */
  tokenize(text, options) {
    return this.#vocabulary.tokenize(text, options)
  }

  /**
   * The text of token ids; bytes that are no whole character become U+FFFD.
   *
   * @param {readonly number[] | Int32Array | Uint32Array} ids
   * @returns {string}
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE` or `DISPOSED`
   */
  detokenize(ids) {
    return this.#vocabulary.detokenize(ids)
  }

  /**
   * Generates a text.
   *
   * @param {Prompt} prompt a string, messages or token ids
   * @param {GenerateOptions} [options]
   * @returns {Promise<GenerateResult>}
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `CHAT_TEMPLATE_ERROR`, `CONTEXT_OVERFLOW`,
   *   `OUT_OF_MEMORY` or `DISPOSED`
   * @throws {AbortError} if the signal is aborted; its `result` is what was made until then
   */
  async generate(prompt, options = {}) {
    const { job, signal } = this.#read(prompt, options, 'the options of generate')
    return this.#generate(job, { signal })
  }

  /**
   * Generates a text, piece by piece. Pieces are whole characters; together they are the text that `generate` gives.
   *
   * @param {Prompt} prompt a string, messages or token ids
   * @param {GenerateOptions} [options]
   * @returns {TextStream} to be read once: `for await (const piece of model.stream(prompt))`; it rejects as `generate` does
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `CHAT_TEMPLATE_ERROR` or `DISPOSED`
   */
  stream(prompt, options = {}) {
    const { job, signal } = this.#read(prompt, options, 'the options of stream')
    return new TextStream((listeners) => this.#generate(job, listeners), signal)
  }

  /**
   * Frees the model. No new work starts from now on (`DISPOSED`); the work that runs is waited for, and so are the guests
   * that have the model. May be called again.
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

  /**
   * @param {Prompt} prompt
   * @param {GenerateOptions} options
   * @param {string} what
   */
  #read(prompt, options, what) {
    this.#engine.mustBeOpen()
    const { chatTemplate, vocabularySize } = this.#loaded
    const { engine, raw, system, signal } = readGenerateOptions(options, { what, vocabularySize })
    // Read only where it is used: a broken one leaves the other prompts alone.
    const template =
      chatTemplate === null ? null : () => (this.#template ??= new ChatTemplate(chatTemplate, this.#loaded))
    const context = { raw, system, defaultSystem: this.#defaultSystem, template, vocabularySize }
    return { job: { prompt: readPrompt(prompt, context), options: engine }, signal }
  }

  /**
   * @param {object} job
   * @param {JobListeners} listeners
   * @returns {Promise<GenerateResult>}
   */
  async #generate(job, listeners) {
    const withLoadTime = (/** @type {GenerateResult} */ result) => ({
      ...result,
      timings: { ...result.timings, loadMs: this.#loaded.loadMs },
    })
    try {
      // Nobody listens to the pieces of a text that is asked for as a whole.
      const stream = listeners.onText !== undefined
      return withLoadTime(await this.#engine.open('generate', { ...job, stream }, listeners))
    } catch (error) {
      if (!(error instanceof AbortError) || error.result === undefined) throw error
      throw new AbortError(error.cause, withLoadTime(error.result))
    }
  }
}
