import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** @import { ModelStats } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { Calls } from '../Calls.js' */
/** @import { ServedModels } from '../models/ServedModels.js' */

/** Seconds of a request. */
const LONG = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

/** Seconds between two pieces of a text. */
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/**
 * What is asked of a model's figures.
 *
 * @type {Record<string, { help: string, of: (stats: ModelStats) => number }>}
 */
const MODEL_FIGURES = {
  realm_model_running: { help: 'Texts and other work that have a place.', of: ({ running }) => running },
  realm_model_waiting: { help: 'Texts and other work that wait for a place.', of: ({ waiting }) => waiting },
  realm_model_paused: { help: 'Texts whose reader is behind.', of: ({ paused }) => paused },
  realm_model_computed_prompt_tokens: {
    help: 'Tokens of prompts that were computed since it was loaded.',
    of: ({ promptTokens }) => promptTokens,
  },
  realm_model_text_tokens: {
    help: 'Tokens of texts that were computed since it was loaded.',
    of: ({ textTokens }) => textTokens,
  },
  realm_model_drafted_tokens: {
    help: 'Tokens that were guessed since it was loaded.',
    of: ({ draftedTokens }) => draftedTokens,
  },
  realm_model_accepted_tokens: {
    help: 'Guesses that held since it was loaded.',
    of: ({ acceptedTokens }) => acceptedTokens,
  },
  realm_model_preemptions: {
    help: 'Texts that were computed again for lack of cache since it was loaded.',
    of: ({ preemptions }) => preemptions,
  },
  realm_model_cache_budget_bytes: {
    help: 'Keys and values that there may be.',
    of: ({ cache }) => cache.budgetBytes,
  },
  realm_model_cache_held_bytes: {
    help: 'Keys and values of texts that run.',
    of: ({ cache }) => cache.heldBytes,
  },
  realm_model_cache_kept_bytes: {
    help: 'Keys and values that are kept for prompts that begin alike.',
    of: ({ cache }) => cache.keptBytes,
  },
  realm_model_cache_reused_tokens: {
    help: 'Tokens that prompts took over from the cache since it was loaded.',
    of: ({ cache }) => cache.reusedTokens,
  },
}

/** The figures of a server, for Prometheus. */
export class Metrics {
  #registry
  #requests
  #errors
  #left
  #seconds
  #firstToken
  #betweenPieces
  #tokens

  /**
   * @param {Registry} registry where they are put
   * @param {{ models: ServedModels, calls: Calls }} services
   */
  constructor(registry, { models, calls }) {
    this.#registry = registry
    const registers = [registry]
    this.#requests = new Counter({
      name: 'realm_requests_total',
      help: 'Requests that were answered.',
      labelNames: ['path', 'status'],
      registers,
    })
    this.#errors = new Counter({
      name: 'realm_errors_total',
      help: 'Requests that failed, also within a stream.',
      labelNames: ['path', 'code'],
      registers,
    })
    this.#left = new Counter({
      name: 'realm_left_total',
      help: 'Requests whose client left before the end.',
      labelNames: ['path'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'realm_request_seconds',
      help: 'From a request to the end of its answer.',
      labelNames: ['path'],
      buckets: LONG,
      registers,
    })
    this.#firstToken = new Histogram({
      name: 'realm_first_token_seconds',
      help: 'From a request to the first piece of its text.',
      labelNames: ['model'],
      buckets: LONG,
      registers,
    })
    this.#betweenPieces = new Histogram({
      name: 'realm_between_tokens_seconds',
      help: 'Between two pieces of a streamed text.',
      labelNames: ['model'],
      buckets: SHORT,
      registers,
    })
    this.#tokens = new Counter({
      name: 'realm_tokens_total',
      help: 'Tokens by what they are: prompt, cached (of the prompt), completion.',
      labelNames: ['model', 'kind', 'key'],
      registers,
    })
    new Gauge({
      name: 'realm_requests_in_flight',
      help: 'Requests at work or waiting.',
      registers,
      collect() {
        this.set(calls.size)
      },
    })
    new Gauge({
      name: 'realm_model_loaded',
      help: 'Whether a model is loaded.',
      labelNames: ['model'],
      registers,
      collect() {
        for (const { name, model } of models.list()) this.set({ model: name }, model === undefined ? 0 : 1)
      },
    })
    for (const [name, { help, of }] of Object.entries(MODEL_FIGURES)) {
      new Gauge({
        name,
        help,
        labelNames: ['model'],
        registers,
        collect() {
          this.reset()
          for (const { name: model, stats } of models.stats()) this.set({ model }, of(stats))
        },
      })
    }
  }

  /** All of them as text, and its type. */
  async text() {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType }
  }

  /**
   * Notes a piece of a streamed text.
   *
   * @param {Call} call
   * @param {number | undefined} since when the piece before it came, in milliseconds
   */
  notePiece({ model = '' }, since) {
    if (since !== undefined) this.#betweenPieces.observe({ model }, (performance.now() - since) / 1000)
  }

  /**
   * Notes a request that has ended.
   *
   * @param {Call} call
   * @param {number} status
   */
  note(call, status) {
    const { endpoint, model = '', key, usage, failure } = call
    const { path } = endpoint
    this.#requests.inc({ path, status })
    if (call.stopped) this.#left.inc({ path })
    else if (failure !== undefined) this.#errors.inc({ path, code: failure.code })
    this.#seconds.observe({ path }, (performance.now() - call.begunAt) / 1000)
    if (call.firstAt !== undefined) this.#firstToken.observe({ model }, (call.firstAt - call.begunAt) / 1000)
    const kinds = {
      prompt: usage.promptTokens,
      cached: usage.cachedTokens,
      completion: usage.completionTokens,
    }
    for (const [kind, count] of Object.entries(kinds)) {
      if (count > 0) this.#tokens.inc({ model, kind, key: key?.name ?? '' }, count)
    }
  }
}
