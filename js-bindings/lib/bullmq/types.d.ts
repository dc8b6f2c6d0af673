// What createWorker, readTokens and cancelJob take and give.

import type { WorkerOptions as BullWorkerOptions } from 'bullmq'
import type { Redis, RedisOptions } from 'ioredis'
import type {
  EmbedOptions,
  GenerateOptions,
  GenerateResult,
  Message,
  RankOptions,
  RankResult,
} from '../types.d.ts'

/** What a job of a queue asks of a model: its `data`, which is JSON. */
export type ModelJob = GenerateJob | EmbedJob | RankJob

/** A text to generate: of a prompt, or of messages. Its result is that of `model.generate`. */
export interface GenerateJob {
  /** Default: `generate`. */
  kind?: 'generate'

  /** A string or token ids, as `model.generate` takes them. Either this or `messages`. */
  prompt?: string | readonly number[]

  /** A chat so far. Either this or `prompt`. */
  messages?: readonly Message[]

  /**
   * As for `model.generate`. Without a `seed` the job gets one that each of its attempts has; without a `priority` it has the
   * one that the job's own stands for.
   */
  options?: Omit<GenerateOptions, 'signal' | 'n'>
}

/** Texts to embed. Its result is that of `model.embed`, with arrays of numbers. */
export interface EmbedJob {
  kind: 'embed'

  /** One or more. */
  texts: string | readonly string[]

  /** As for `model.embed`. */
  options?: Omit<EmbedOptions, 'signal'>
}

/** Documents to rank. Its result is that of `model.rank`. */
export interface RankJob {
  kind: 'rank'

  /** What they are to answer. */
  query: string

  /** What is ranked. */
  documents: readonly string[]

  /** As for `model.rank`. */
  options?: Omit<RankOptions, 'signal'>
}

/** What a job gives: its `returnvalue`. */
export type ModelJobResult =
  | GenerateResult
  | RankResult
  | { embeddings: (number[] | number[][])[]; usage: { promptTokens: number } }

/** How a worker works: BullMQ's own options, with these. */
export interface WorkerOptions extends Omit<BullWorkerOptions, 'connection' | 'useWorkerThreads'> {
  /**
   * The Redis of the queue: a client of ioredis with `maxRetriesPerRequest: null`, which stays yours, or options of one.
   * Default: that of the queue, where it is a `Queue`.
   */
  connection?: Redis | RedisOptions

  /** Jobs at a time; an integer from 1; default: as many as the model has places (`parallel` of `loadModel`). */
  concurrency?: number

  /**
   * How often a job may lose its worker, by a crash or a lost connection, before it fails; an integer from 0; default: 100,
   * so that a job is given up only if it seems to end each process that takes it.
   */
  maxStalledCount?: number

  /** Milliseconds that a job's pieces can be read after the last of them came; an integer from 1000; default: an hour. */
  keepTokens?: number
}

/** How the pieces of a job are read. Every option may be left out. */
export interface ReadTokensOptions {
  /** Stops it; the iterator then rejects with an `AbortError`, and the job goes on; default: none. */
  signal?: AbortSignal
}

/** What happens to a job. */
export type JobEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'toolCall'; index: number; id: string; name: string; arguments: unknown }
  /**
   * What came before is void: a later attempt of the job makes another text. With one model file on one kind of processor
   * that does not happen.
   */
  | { type: 'restart' }
  | { type: 'finish'; result: ModelJobResult }
