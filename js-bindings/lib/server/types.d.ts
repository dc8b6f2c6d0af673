// What createHandler takes and gives.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import type { Model } from '../Model.js'
import type { LoadOptions, ModelSource } from '../types.d.ts'

/** A model that is loaded when it is asked for. */
export interface ServedModel extends Omit<LoadOptions, 'signal' | 'onProgress'> {
  /** Where it comes from, as for `loadModel`. */
  source: ModelSource
}

/** What a server is made of. */
export interface HandlerOptions {
  /**
   * The models, by the names that clients use: loaded ones, which stay yours and are not disposed; or sources, which are
   * loaded when they are asked for first. A list has the models' own names, or the sources. The first one is for requests
   * that name none.
   */
  models: Readonly<Record<string, Model | ModelSource | ServedModel>> | readonly (Model | string)[]

  /** The name of the model for embeddings that name none; default: the first one. */
  embedding?: string

  /**
   * Milliseconds after its last use that a model of a source stays loaded; an integer from 0, or Infinity; default: 300000.
   */
  keepAlive?: number

  /**
   * How many models of sources are loaded at a time: the one whose last use is longest ago goes first, and where all are
   * at work, requests for others wait; an integer from 1; default: any number.
   */
  maxLoaded?: number

  /**
   * Who may ask: the path of a key file, which is read again when it has changed, or its entries; default: everybody.
   */
  keys?: string | readonly KeyEntry[]

  /** What a request may be like. */
  limits?: HandlerLimits

  /** The origins whose pages may ask: one, several, or `*`; default: none. */
  cors?: string | readonly string[]

  /** Hears of each request and failure: a logger of pino, or of its shape; default: failures alone, on stderr. */
  log?: HandlerLog

  /** Whether prompts and answers are in the log; default: false. */
  logPrompts?: boolean

  /** Whether there is `/metrics`, or the registry of prom-client in which its figures are; default: true. */
  metrics?: boolean | Registry

  /** Whether there is a page to chat with the models at `/`; default: false, since an app has its own there. */
  page?: boolean
}

/** What is written to the log: an object and a sentence. */
export interface HandlerLog {
  info(fields: object, message?: string): void
  warn(fields: object, message?: string): void
  error(fields: object, message?: string): void
}

/** What a request may be like, and how many there may be. Every limit may be left out. */
export interface HandlerLimits {
  /** Bytes of a body; an integer from 1; default: 4 MiB. */
  bodyBytes?: number

  /** Milliseconds in which a body has to arrive; an integer from 1; default: 30000. */
  bodyMs?: number

  /** How deep arrays and objects of a body may be nested; an integer from 1 to 100; default: 64. */
  depth?: number

  /** Messages of a chat; an integer from 1; default: 2048. */
  messages?: number

  /** Texts to embed, documents to rank, or prompts to continue, of one request; an integer from 1; default: 2048. */
  texts?: number

  /** Answers to one prompt (`n`); an integer from 1 to 128; default: 16. */
  answers?: number

  /** Requests that may be at work or wait at a time; more are refused with 503; an integer from 1; default: 512. */
  queue?: number

  /** Milliseconds after which a request is given up with 504; an integer from 1; default: none. */
  requestMs?: number

  /** Responses that are kept for `previous_response_id`; an integer from 0; default: 1000. */
  responses?: number

  /**
   * A client of Redis (`ioredis`, or `redis`) in which requests and tokens a minute are counted, for several servers
   * together; default: each counts its own.
   */
  redis?: object
}

/** A key, and what it may do. */
export interface KeyEntry {
  /** What the log, the metrics and errors call it. */
  name: string

  /** The SHA-256 sum of the key, in hex: `printf %s KEY | sha256sum`. */
  sha256: string

  /** Requests a minute; an integer from 1; default: any number. */
  requestsPerMinute?: number

  /** Tokens of prompts and answers a minute; an integer from 1; default: any number. */
  tokensPerMinute?: number

  /** Requests at a time; an integer from 1; default: any number. */
  parallel?: number

  /** The names of the models that it may use; default: all. */
  models?: readonly string[]

  /** How urgent its requests are, as `priority` of `GenerateOptions`; an integer from -10 to 10; default 0. */
  priority?: number

  /** For whom it asks, as `tenant` of `GenerateOptions`; default: its name. */
  tenant?: string
}

/** A server without a port: requests in, responses out. */
export interface Handler {
  /** Answers a request of the Fetch standard: for Next.js, Hono, Bun and Deno. It never rejects. */
  fetch(request: Request): Promise<Response>

  /**
   * Answers a request of Node: for Express (`app.use(handler.node)`), Fastify (`addHook('onRequest', …)`) and
   * `http.createServer`. Paths that are not its own are `next`'s, or a 404 where there is none.
   */
  node(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void

  /**
   * Takes no more requests, waits for those at work, and disposes the models that it loaded itself. May be called again,
   * also to stop what the first call waits for.
   */
  close(options?: CloseOptions): Promise<void>

  [Symbol.asyncDispose](): Promise<void>
}

/** How a handler is closed. */
export interface CloseOptions {
  /** Whether the requests at work are stopped; default false: they are waited for. */
  abort?: boolean
}
