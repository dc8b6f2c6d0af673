import { booleanValue, invalidArgument, text } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { Chat } from './chat/Chat.js'
import { decide } from './decisions/decide.js'
import { EngineModel } from './EngineModel.js'
import { embedTexts } from './embedTexts.js'
import { RealmError } from './errors/RealmError.js'
import { askTurn } from './generation/askTurn.js'
import { readFormat } from './generation/format.js'
import { streamChecks } from './generation/Reader.js'
import { readGenerateOptions } from './generation/readGenerateOptions.js'
import { readReasoning } from './generation/reasoning.js'
import { runChoices, runGeneration } from './generation/runGeneration.js'
import { runTurn } from './generation/runTurn.js'
import { TextStream } from './generation/TextStream.js'
import { ChatTemplates } from './prompt/ChatTemplates.js'
import { readTemplateOptions } from './prompt/readMessages.js'
import { readChat, readPrompt } from './prompt/readPrompt.js'
import { rankDocuments } from './rankDocuments.js'
import { readInfill } from './readInfill.js'
import { openSequence, restoreSequence } from './Sequence.js'
import { readTools } from './tools/readTools.js'
import { Vocabulary } from './Vocabulary.js'
import { watchStats } from './watchStats.js'

/** @import { GivenOptions } from './generation/readGenerateOptions.js' */
/** @import { GenerationListeners } from './generation/runGeneration.js' */
/** @import { TurnListeners } from './generation/runTurn.js' */
/** @import { EnginePrompt } from './prompt/readPrompt.js' */
/** @import { Tool } from './tools/readTools.js' */
/** @import { ApplyTemplateOptions, ChatOptions, DecideOptions, Decision, DecisionQuestion, DisposeOptions, EmbedOptions, EmbedResult, Format, GenerateOptions, GenerateResult, InfillOptions, Message, ModelStats, Prompt, RankOptions, RankResult, SequenceOptions, StreamOptions, ToolsOf, Usage, WatchStatsOptions } from './types.d.ts' */

/** A loaded model. `loadModel` makes it; `dispose` ends it. Its calls may run at the same time, as many as wanted. */
export class Model extends Vocabulary {
  #engine
  #templates

  /**
   * @private
   * @param {EngineModel} engine its side of the model: nobody else has one to give
   * @param {string} [defaultSystem] the catalog's system message for chats that set none
   */
  constructor(engine, defaultSystem) {
    if (!(engine instanceof EngineModel)) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        'new Model(): a Model is made by loadModel() alone; call that.',
      )
    }
    super(engine)
    this.#engine = engine
    this.#templates = new ChatTemplates(engine.opened, defaultSystem)
  }

  /**
   * Makes a Model of what the engine loaded.
   *
   * @internal
   * @param {EngineModel} engine
   * @param {string} [defaultSystem] the catalog's system message for chats that set none
   */
  static of(engine, defaultSystem) {
    return new Model(engine, defaultSystem)
  }

  /**
   * The engine's side of the model.
   *
   * @internal
   */
  get engine() {
    return this.#engine
  }

  /** The catalog's name, the file's name without `.gguf`, or for bytes the name that the file gives itself. */
  get name() {
    return this.#engine.opened.name
  }

  /** The architecture as the file names it, such as `llama`. */
  get architecture() {
    return this.#engine.opened.architecture
  }

  /** Bytes of the file, of all its parts. */
  get fileBytes() {
    return this.#engine.opened.fileBytes
  }

  /** The most tokens that a prompt and its answer may have together. */
  get contextLength() {
    return this.#engine.opened.contextLength
  }

  /** Texts, and other work, that run at the same time: `parallel` of `loadModel`. */
  get parallel() {
    return /** @type {number} */ (this.#engine.opened.parallel)
  }

  /** Whether its chat template knows of thoughts, so that `reasoning` can be asked for. */
  get thinks() {
    return this.#templates.of({}).turns?.().thinks ?? false
  }

  /** The file's metadata, without the vocabulary's long lists. */
  get metadata() {
    return this.#engine.opened.metadata
  }

  /**
   * What `generate` would continue: messages, put together by the model's chat template (ChatML where it has none), and
   * their token ids. It holds the event loop while it works: some milliseconds for a thousand words.
   *
   * @param {string | readonly Message[]} messages a string is one user message
   * @param {ApplyTemplateOptions} [options]
   * @returns {{ text: string, tokens: number[] }} `tokens` begin with BOS where the file asks for it, also where `text`
   *   does not have it
   * @throws {RealmError} `INVALID_ARGUMENT`, `CHAT_TEMPLATE_ERROR` or `DISPOSED`
   */
  applyTemplate(messages, options = {}) {
    this.#engine.mustBeOpen()
    const { format, showFormat, ...chat } = readOptions(
      options,
      {
        addGenerationPrompt: booleanValue,
        continueFinal: booleanValue,
        tools: readTools,
        reasoning: readReasoning,
        format: readFormat,
        showFormat: booleanValue,
        templateOptions: readTemplateOptions,
        system: text,
      },
      { what: 'the options of applyTemplate' },
    )
    const context = { system: undefined, ...chat, ...this.#templates.of(chat), shown: { format, showFormat } }
    const { prompt } = readChat(messages, context)
    return { text: prompt.text, tokens: this.#engine.call('encodePrompt', { prompt }).ids }
  }

  /**
   * Generates a text.
   *
   * @template {Format | undefined} [F=undefined]
   * @param {Prompt} prompt a string, messages or token ids
   * @param {GenerateOptions & { format?: F }} [options]
   * @returns {Promise<GenerateResult<F>>}
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `CHAT_TEMPLATE_ERROR`, `CONTEXT_OVERFLOW`,
   *   `SCHEMA_UNSUPPORTED`, `SCHEMA_UNSATISFIABLE`, `GRAMMAR_INVALID`, `OVERLOADED`, `DEADLINE_EXCEEDED`, `OUT_OF_MEMORY`
   *   or `DISPOSED`
   * @throws {AbortError} if the signal is aborted; its `result` is what was made until then
   */
  async generate(prompt, options = {}) {
    const { job, asked, n, signal } = this.#read(prompt, options, 'the options of generate')
    const result =
      n > 1
        ? runChoices(this.#engine, job, asked, n, signal)
        : runTurn(asked, { signal }, (given, listeners) => this.#run(job, given, listeners))
    // What the format's type says of the value, the engine holds.
    return /** @type {Promise<GenerateResult<any>>} */ (result)
  }

  /**
   * Generates a text, piece by piece. Pieces are whole characters; together they are the text that `generate` gives.
   *
   * @template {Format | undefined} [F=undefined]
   * @param {Prompt} prompt a string, messages or token ids
   * @param {StreamOptions & { format?: F }} [options]
   * @returns {TextStream<GenerateResult<F>>} to be read once: `for await (const piece of model.stream(prompt))`; it rejects as `generate` does
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `CHAT_TEMPLATE_ERROR` or `DISPOSED`
   */
  stream(prompt, options = {}) {
    const read = this.#read(prompt, options, 'the options of stream', streamChecks)
    const { job, asked, n, signal, highWaterMark } = read
    mustBeOne(n, 'stream')
    const start = (/** @type {TurnListeners} */ listeners) =>
      runTurn(asked, listeners, (given, heard) => this.#run(job, given, heard))
    // What the format's type says of the value, the engine holds.
    return /** @type {TextStream<any>} */ (new TextStream(start, signal, asked.answer, highWaterMark))
  }

  /**
   * Fills in the middle of a text, by a model that was trained for that, such as those for code.
   *
   * @template {Format | undefined} [F=undefined]
   * @param {string} prefix what comes before the middle
   * @param {string} suffix what comes after it
   * @param {InfillOptions & { format?: F }} [options]
   * @returns {Promise<GenerateResult<F>>} whose `text` is the middle
   * @throws {RealmError} `UNSUPPORTED_OPERATION` by a model whose vocabulary has no tokens for that; else as `generate`
   * @throws {AbortError} if the signal is aborted; its `result` is what was made until then
   */
  async infill(prefix, suffix, options = {}) {
    const { job, signal } = readInfill(this.#engine, prefix, suffix, options, 'the options of infill')
    // What the format's type says of the value, the engine holds.
    return /** @type {Promise<any>} */ (runGeneration(this.#engine, 'generate', job, { signal }))
  }

  /**
   * The same, piece by piece, as `stream`.
   *
   * @param {string} prefix
   * @param {string} suffix
   * @param {InfillOptions & Pick<StreamOptions, 'highWaterMark'>} [options]
   * @returns {TextStream} to be read once; it rejects as `infill` does
   * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE` or `DISPOSED`
   */
  streamInfill(prefix, suffix, options = {}) {
    const what = 'the options of streamInfill'
    const read = readInfill(this.#engine, prefix, suffix, options, what, streamChecks)
    const { job, signal, highWaterMark } = read
    const start = (/** @type {GenerationListeners} */ listeners) =>
      runGeneration(this.#engine, 'generate', job, listeners)
    return new TextStream(start, signal, job.options.format, highWaterMark)
  }

  /**
   * Begins a chat, which remembers what was said and what was computed of it.
   *
   * @template [P=unknown]
   * @param {Omit<ChatOptions, 'tools'> & { tools?: ToolsOf<P> }} [options] which hold for all its messages
   * @returns {Chat} to be disposed
   * @throws {RealmError} `INVALID_ARGUMENT` or `DISPOSED`
   */
  chat(options = {}) {
    const given = /** @type {ChatOptions} */ (options)
    return Chat.begin({ engine: this.#engine, templates: this.#templates }, given)
  }

  /**
   * Opens a chat that `chat.save(path)` wrote, with what was computed of it. It must be of this very model, loaded with the
   * same `kvCache`; what a file says is shared with no other chat.
   *
   * @param {string} path
   * @template [P=unknown]
   * @param {Omit<ChatOptions, 'messages' | 'system' | 'cache' | 'tools'> & { tools?: ToolsOf<P> }} [options]
   * @returns {Promise<Chat>} to be disposed
   * @throws {RealmError} `INVALID_ARGUMENT`, `SEQUENCE_INVALID`, `CONTEXT_OVERFLOW`, `OUT_OF_MEMORY`, `FILE_NOT_FOUND`,
   *   `IO_ERROR`, `UNSUPPORTED_OPERATION` or `DISPOSED`
   */
  async restoreChat(path, options = {}) {
    const given = /** @type {ChatOptions} */ (options)
    return Chat.restore({ engine: this.#engine, templates: this.#templates }, path, given)
  }

  /**
   * Opens an empty sequence, which goes on from call to call without computing again what it holds.
   *
   * @param {SequenceOptions} [options]
   * @returns {Promise<import('./Sequence.js').Sequence>} to be disposed
   * @throws {RealmError} `INVALID_ARGUMENT`, `UNSUPPORTED_OPERATION` or `DISPOSED`
   */
  async openSequence(options = {}) {
    return openSequence(this.#engine, options)
  }

  /**
   * Opens a sequence that `sequence.save(path)` wrote, with what was computed of it. It must be of this very model, loaded
   * with the same `kvCache`; what a file says is shared with no other sequence.
   *
   * @param {string} path
   * @param {Omit<SequenceOptions, 'cache'>} [options]
   * @returns {Promise<import('./Sequence.js').Sequence>} to be disposed
   * @throws {RealmError} `INVALID_ARGUMENT`, `SEQUENCE_INVALID`, `CONTEXT_OVERFLOW`, `OUT_OF_MEMORY`, `FILE_NOT_FOUND`,
   *   `IO_ERROR`, `UNSUPPORTED_OPERATION` or `DISPOSED`
   */
  async restoreSequence(path, options = {}) {
    return restoreSequence(this.#engine, path, options)
  }

  /**
   * Turns texts into vectors: those of texts that mean alike point alike. A text's vector depends neither on what is
   * embedded with it nor on what else runs. What a text says of special tokens is plain text.
   *
   * @param {string | readonly string[]} texts one or more, of any length up to the context
   * @param {EmbedOptions} [options]
   * @returns {Promise<EmbedResult>}
   * @throws {RealmError} `INVALID_ARGUMENT`, `CONTEXT_OVERFLOW`, `OVERLOADED`, `DEADLINE_EXCEEDED`, `OUT_OF_MEMORY` or
   *   `DISPOSED`
   * @throws {AbortError} if the signal is aborted
   */
  async embed(texts, options = {}) {
    return embedTexts(this.#engine, texts, options)
  }

  /**
   * Judges how well documents answer a query, with a reranker: a model whose file has a classifier for that, such as
   * bge-reranker or Qwen3-Reranker. A document's score depends neither on the others nor on what else runs. One that does
   * not fit the context with the query is judged in parts, each of which begins in the middle of the one before, and gets
   * the best part's score. What a text says of special tokens is plain text.
   *
   * @param {string} query
   * @param {readonly string[]} documents
   * @param {RankOptions} [options]
   * @returns {Promise<RankResult>}
   * @throws {RealmError} `INVALID_ARGUMENT`, `UNSUPPORTED_OPERATION` by a model that is no reranker, `CHAT_TEMPLATE_ERROR`,
   *   `CONTEXT_OVERFLOW`, `OVERLOADED`, `DEADLINE_EXCEEDED`, `OUT_OF_MEMORY` or `DISPOSED`
   * @throws {AbortError} if the signal is aborted
   */
  async rank(query, documents, options = {}) {
    return rankDocuments(this.#engine, query, documents, options)
  }

  /**
   * Answers questions about a document whose answers are known beforehand, without writing a text: by how probable the model
   * finds each answer. What is computed of the document serves all questions.
   *
   * @template {Readonly<Record<string, DecisionQuestion>>} const Q
   * @param {string} document
   * @param {Q} questions by names
   * @param {DecideOptions} [options]
   * @returns {Promise<{ [Name in keyof Q]: Decision<Q[Name]> }>} by the same names
   * @throws {RealmError} `INVALID_ARGUMENT`, `CHAT_TEMPLATE_ERROR`, `CONTEXT_OVERFLOW`, `OVERLOADED`, `OUT_OF_MEMORY`,
   *   `UNSUPPORTED_OPERATION` or `DISPOSED`
   * @throws {AbortError} if the signal is aborted
   */
  async decide(document, questions, options = {}) {
    return (await this.decideCounted(document, questions, options)).decisions
  }

  /**
   * The same, with the tokens that went in: those of each question's whole prompt, and which of them were not computed for it.
   *
   * @internal
   * @template {Readonly<Record<string, DecisionQuestion>>} const Q
   * @param {string} document
   * @param {Q} questions
   * @param {DecideOptions} options
   * @returns {Promise<{ decisions: { [Name in keyof Q]: Decision<Q[Name]> }, usage: Pick<Usage, 'promptTokens' | 'cachedTokens'> }>}
   */
  async decideCounted(document, questions, options) {
    const model = { engine: this.#engine, templates: this.#templates }
    // The types of the answers are those of the questions.
    return /** @type {any} */ (decide(model, document, questions, options))
  }

  /**
   * What the model does now, and did since it was loaded.
   *
   * @returns {ModelStats}
   * @throws {RealmError} `DISPOSED`
   */
  stats() {
    return this.#engine.call('stats', {})
  }

  /**
   * What the model does, now and whenever that has changed, at most once an interval. Nothing is asked of the engine
   * before the first value is, and watching keeps no process alive.
   *
   * @param {WatchStatsOptions} [options]
   * @returns {AsyncGenerator<ModelStats, void, void>} `for await (const stats of model.watchStats())`; it ends with the
   *   model, and rejects with an `AbortError` if the signal is aborted
   * @throws {RealmError} `INVALID_ARGUMENT` or `DISPOSED`
   * @throws {AbortError} if the signal is aborted already
   */
  watchStats(options = {}) {
    return watchStats(this.#engine, options)
  }

  /**
   * Frees the model. No new work starts from now on (`DISPOSED`); the work that runs is waited for, and so are the guests
   * that have the model. May be called again, also to stop what the first call waits for.
   *
   * @param {DisposeOptions} [options]
   * @returns {Promise<void>}
   * @throws {RealmError} `INVALID_ARGUMENT`
   */
  async dispose(options = {}) {
    const { abort } = readOptions(options, { abort: booleanValue }, { what: 'the options of dispose' })
    return this.#engine.dispose({ abort })
  }

  /**
   * Reads a prompt and the options of `generate`, for someone else to run.
   *
   * @internal
   * @param {Prompt} prompt
   * @param {GenerateOptions} options
   */
  readGeneration(prompt, options) {
    const { job, asked, n } = this.#read(prompt, options, 'the options of generate')
    mustBeOne(n, 'generate of a guest')
    if (options.tools !== undefined && options.tools !== null) {
      throw invalidArgument(
        'tools',
        options.tools,
        'nothing for a guest',
        'Its text is that of the whole turn.',
      )
    }
    return { ...job, options: asked.given, loadMs: this.#engine.opened.loadMs }
  }

  /**
   * @param {Prompt} prompt
   * @param {GenerateOptions} options
   * @param {string} what
   * @param {Partial<typeof streamChecks>} [others] checks of what else there may be
   */
  #read(prompt, options, what, others = {}) {
    this.#engine.mustBeOpen()
    const { vocabularySize } = this.#engine.opened
    const { engine, turn, n, signal, raw, showFormat, highWaterMark, ...rest } = readGenerateOptions(
      options,
      {
        what,
        others,
        vocabularySize,
        tokensOf: (text) => this.#engine.tokensOf(text),
      },
    )
    mustHaveNoHandler(turn.tools)
    const chat = { ...rest, ...turn, shown: { format: engine.format, showFormat } }
    const read = readPrompt(prompt, { raw, vocabularySize, ...chat, ...this.#templates.of(chat) })
    const given = { ...this.#engine.textDefaults, ...engine }
    const asked = askTurn(read, rest.continueFinal ? {} : turn, given, this.#engine)
    return { job: { prompt: read.prompt }, asked, n, signal, highWaterMark }
  }

  /**
   * @param {{ prompt: EnginePrompt }} job
   * @param {GivenOptions} given
   * @param {GenerationListeners} listeners
   */
  #run(job, given, listeners) {
    return runGeneration(this.#engine, 'generate', { ...job, options: given }, listeners)
  }
}

/** @param {readonly Tool[] | undefined} tools */
function mustHaveNoHandler(tools = []) {
  for (const { name, execute } of tools) {
    if (execute !== undefined) {
      throw invalidArgument(
        `tools.${name}.execute`,
        execute,
        'nothing: generate() and stream() hand calls out',
        'Leave it out, or have model.chat() run it.',
      )
    }
  }
}

/**
 * @param {number} n how many answers are asked for
 * @param {string} by which method
 */
function mustBeOne(n, by) {
  if (n !== 1) throw invalidArgument('n', n, `1 for ${by}`, 'generate() makes several answers in one call.')
}
