import { integerIn, invalidArgument, isIntegerList, oneOf, text, tokenIds } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { OF_CHATS, refuseOptions } from './arguments/refuseOptions.js'
import { generateOptions } from './generation/options.js'
import { streamChecks } from './generation/Reader.js'
import { readGenerateOptions } from './generation/readGenerateOptions.js'
import { runGeneration } from './generation/runGeneration.js'
import { TextStream } from './generation/TextStream.js'

/** @import { EngineModel } from './EngineModel.js' */
/** @import { GivenOptions } from './generation/readGenerateOptions.js' */
/** @import { GenerationListeners } from './generation/runGeneration.js' */
/** @import { EnginePrompt } from './prompt/readPrompt.js' */
/** @import { GenerateOptions, GenerateResult, SequenceOptions, StreamOptions } from './types.d.ts' */

const { from, to } = /** @type {{ from: number, to: number }} */ (generateOptions.priority)
const readPriority = integerIn({ from, to, advice: 'Default: 0.' })

/** What a prompt of a sequence cannot have: it is a piece of a text, and the sequence says whose it is. */
const OF_OTHERS = [...OF_CHATS, 'tenant', 'cache']

/**
 * The tokens of one text, which goes on from call to call: what it holds is not computed again, not even the texts that the
 * model made. `model.openSequence()` makes it; `dispose` ends it. One call at a time works on it; forks of it are free.
 */
export class Sequence {
  #engine
  #id
  #claim

  /**
   * @param {EngineModel} engine
   * @param {number} id the engine's name for it
   * @param {Pick<SequenceOptions, 'tenant' | 'priority'>} claim for whom its texts are, and how urgent
   */
  constructor(engine, id, claim) {
    this.#engine = engine
    this.#id = id
    this.#claim = claim
    engine.addSequence(id)
  }

  /**
   * The ids of all its tokens.
   *
   * @returns {number[]}
   * @throws {RealmError} `INVALID_ARGUMENT` while a text of it is generated, or `DISPOSED`
   */
  tokens() {
    return this.#engine.call('sequenceTokens', { sequence: this.#id }).ids
  }

  /**
   * Continues it with a prompt and the text that follows. Afterwards it is longer by both; so it is if the signal is aborted,
   * by what was made until then.
   *
   * @param {string | readonly number[]} [prompt] taken verbatim: texts of special tokens in it are those tokens, and BOS
   *   goes before the first one where the model's file asks for it; or token ids, such as `applyTemplate` gives; nothing
   *   goes on where the sequence ends
   * @param {GenerateOptions} [options] without `n`, `raw`, `showFormat`, `system`, `templateOptions`, tools,
   *   `reasoning`, `tenant` and `cache`
   * @returns {Promise<GenerateResult>} `usage.promptTokens` counts all tokens before the text
   * @throws {RealmError} `INVALID_ARGUMENT`, also while another call works on it, `TOKEN_OUT_OF_RANGE`, `CONTEXT_OVERFLOW`,
   *   `OUT_OF_MEMORY` or `DISPOSED`
   * @throws {AbortError} if the signal is aborted; its `result` is what was made until then
   */
  async generate(prompt = [], options = {}) {
    const { part, given, signal } = this.#read(prompt, options, 'the options of generate')
    return this.goOn(part, given, { signal })
  }

  /**
   * The same, piece by piece, as `model.stream` does.
   *
   * @param {string | readonly number[]} [prompt]
   * @param {StreamOptions} [options]
   * @returns {TextStream} to be read once
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE` or `DISPOSED`
   */
  stream(prompt = [], options = {}) {
    const read = this.#read(prompt, options, 'the options of stream', streamChecks)
    const { part, given, signal, highWaterMark } = read
    return new TextStream(
      (listeners) => this.goOn(part, given, listeners),
      signal,
      given.format,
      highWaterMark,
    )
  }

  /**
   * Continues it with what was read and checked.
   *
   * @internal
   * @param {EnginePrompt} prompt
   * @param {GivenOptions} given
   * @param {GenerationListeners} listeners
   */
  goOn(prompt, given, listeners) {
    const options = { ...this.#engine.textDefaults, ...this.#claim, ...given }
    return runGeneration(this.#engine, 'generateSequence', { sequence: this.#id, prompt, options }, listeners)
  }

  /**
   * Another sequence of the same tokens. What both have in common is in memory once.
   *
   * @returns {Promise<Sequence>} to be disposed, too
   * @throws {RealmError} `INVALID_ARGUMENT` while a text of it is generated, or `DISPOSED`
   */
  async fork() {
    const { sequence } = await this.#engine.open('forkSequence', { sequence: this.#id }, {})
    return new Sequence(this.#engine, sequence, this.#claim)
  }

  /**
   * Forgets all tokens but the first.
   *
   * @param {number} tokens how many are left; an integer from 0 to as many as there are
   * @returns {Promise<void>}
   * @throws {RealmError} `INVALID_ARGUMENT`, also while a text of it is generated, or `DISPOSED`
   */
  async truncate(tokens) {
    if (!Number.isInteger(tokens) || tokens < 0 || tokens >= 2 ** 31) {
      throw invalidArgument('tokens', tokens, 'an integer from 0 to the number of its tokens')
    }
    await this.#engine.open('truncateSequence', { sequence: this.#id, tokens }, {})
  }

  /**
   * Writes it to a file, with what was computed of it, so that `model.restoreSequence(path)` goes on at once. A file that
   * was there stays until the new one is whole. The first time, the whole file of the model is read, to name it by its
   * SHA-256.
   *
   * @param {string} path
   * @returns {Promise<void>}
   * @throws {RealmError} `INVALID_ARGUMENT`, also while a text of it is generated, `IO_ERROR` or `DISPOSED`
   */
  async save(path) {
    await this.saveWith('', path)
  }

  /**
   * Writes it to a file together with a note, which `restoreNoted` gives back.
   *
   * @internal
   * @param {string} note
   * @param {string} path
   */
  async saveWith(note, path) {
    await this.#engine.open('saveSequence', { sequence: this.#id, path: text(path, 'path'), note }, {})
  }

  /**
   * Frees it. A text that is generated rejects with `ABORTED`, or `DISPOSED` where it has not begun. May be called again; disposing the model does it, too.
   *
   * @returns {Promise<void>}
   */
  dispose() {
    return this.#engine.closeSequence(this.#id)
  }

  /** Frees it at the end of an `await using`. */
  [Symbol.asyncDispose]() {
    return this.dispose()
  }

  /**
   * @param {string | readonly number[]} prompt
   * @param {GenerateOptions} options
   * @param {string} what
   * @param {Partial<typeof streamChecks>} [others] checks of what else there may be
   */
  #read(prompt, options, what, others = {}) {
    this.#engine.mustBeOpen()
    const { vocabularySize } = this.#engine.opened
    const { engine, signal, highWaterMark } = readGenerateOptions(options, {
      what,
      others,
      vocabularySize,
      tokensOf: (text) => this.#engine.tokensOf(text),
    })
    refuseOptions(
      options,
      OF_OTHERS,
      'nothing: a sequence goes on with one text, of a prompt that is taken verbatim, for whom openSequence() says',
      'Leave it out. applyTemplate() gives the tokens of messages, and fork() another sequence.',
    )
    return { part: readPart(prompt, vocabularySize), given: engine, signal, highWaterMark }
  }
}

/**
 * Reads what a sequence goes on with.
 *
 * @param {unknown} prompt
 * @param {number} vocabularySize
 * @returns {EnginePrompt}
 */
function readPart(prompt, vocabularySize) {
  if (typeof prompt === 'string')
    return { text: text(prompt, 'prompt'), plain: [], special: true, addBos: true }
  if (!isIntegerList(prompt) || typeof prompt[0] === 'object') {
    throw invalidArgument(
      'prompt',
      prompt,
      'a string or an array of token ids',
      'applyTemplate(messages).tokens are those of messages.',
    )
  }
  return { ids: tokenIds(prompt, 'prompt', vocabularySize) }
}

/**
 * Opens an empty sequence; see `Model.openSequence`.
 *
 * @param {EngineModel} engine
 * @param {SequenceOptions} options
 */
export async function openSequence(engine, options) {
  engine.mustBeOpen()
  const { priority, ...sharing } = readOptions(
    options,
    { tenant: text, cache: oneOf(['tenant', 'shared', 'none']), priority: readPriority },
    { what: 'the options of openSequence' },
  )
  const { sequence } = await engine.open('openSequence', sharing, {})
  return new Sequence(engine, sequence, { tenant: sharing.tenant, priority })
}

/**
 * Opens a sequence that was saved; see `Model.restoreSequence`.
 *
 * @param {EngineModel} engine
 * @param {string} path
 * @param {Omit<SequenceOptions, 'cache'>} options
 */
export async function restoreSequence(engine, path, options) {
  engine.mustBeOpen()
  const claim = readOptions(
    options,
    { tenant: text, priority: readPriority },
    { what: 'the options of restoreSequence' },
  )
  return (await restoreNoted(engine, path, claim)).sequence
}

/**
 * Opens a sequence that was saved, with the note that was saved with it.
 *
 * @param {EngineModel} engine
 * @param {string} path
 * @param {Pick<SequenceOptions, 'tenant' | 'priority'>} claim
 */
export async function restoreNoted(engine, path, claim) {
  const { sequence, note } = await engine.open('restoreSequence', { path: text(path, 'path') }, {})
  return { sequence: new Sequence(engine, sequence, claim), note: /** @type {string} */ (note) }
}
