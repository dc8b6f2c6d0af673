import { randomInt } from 'node:crypto'
import { choiceSeed } from '../../generation/runGeneration.js'
import { highWaterMark } from './highWaterMark.js'
import { Middle } from './Middle.js'

/** @import { TextStream } from '../../generation/TextStream.js' */
/** @import { Model } from '../../Model.js' */
/** @import { GenerateOptions, Prompt, StreamEvent } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/** The largest seed that is drawn here. */
const MOST_SEED = 2 ** 47

/**
 * Makes answers to a prompt, piece by piece; those of several answers come as they are made, each with its index. The others
 * begin once the first has begun, so that they find its prompt computed.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt | Middle} prompt
 * @param {GenerateOptions} options
 * @returns {AsyncGenerator<StreamEvent & { choice: number }, void, void>}
 */
export async function* answerEvents(call, model, prompt, { n = 1, ...options }) {
  const seed =
    n > 1 && (options.seed === undefined || options.seed === -1) ? randomInt(MOST_SEED) : options.seed
  const one = (/** @type {number} */ choice) =>
    oneAnswer(
      call,
      model,
      prompt,
      { ...options, seed: seed === undefined ? seed : choiceSeed(seed, choice) },
      choice,
    )
  if (n === 1) return yield* one(0)
  const first = one(0)
  try {
    const begun = await first.next()
    if (begun.done) return
    yield begun.value
  } catch (error) {
    await first.return()
    throw error
  }
  const others = Array.from({ length: n - 1 }, (_, i) => one(i + 1))
  yield* merged([first, ...others])
}

/**
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt | Middle} prompt
 * @param {GenerateOptions} options
 * @param {number} choice
 * @returns {AsyncGenerator<StreamEvent & { choice: number }, void, void>}
 */
async function* oneAnswer(call, model, prompt, options, choice) {
  const { metrics, logPrompts } = call.services
  /** @type {number | undefined} */
  let last
  const asked = { ...options, ...call.claim, highWaterMark }
  /** @type {TextStream} */
  const stream =
    prompt instanceof Middle
      ? model.streamInfill(prompt.prefix, prompt.suffix, asked)
      : model.stream(prompt, asked)
  call.begins(stream)
  for await (const event of stream.events()) {
    if (event.type === 'finish') {
      const { finishReason, usage } = event.result
      call.finishReason = finishReason
      const { completionTokens, reasoningTokens } = usage
      call.count(choice === 0 ? usage : { completionTokens, reasoningTokens })
    } else {
      metrics?.notePiece(call, last)
      last = performance.now()
      call.firstAt ??= last
      if (logPrompts && event.type === 'text') call.said += event.text
    }
    yield { choice, ...event }
  }
}

/**
 * What several generators give, as it comes. If one fails, the others are ended.
 *
 * @template T
 * @param {AsyncGenerator<T, void, void>[]} generators
 * @returns {AsyncGenerator<T, void, void>}
 */
async function* merged(generators) {
  const steps = new Map(generators.map((generator) => [generator, nextOf(generator)]))
  try {
    while (steps.size > 0) {
      const { generator, step } = await Promise.race(steps.values())
      if (step.done) steps.delete(generator)
      else {
        yield step.value
        steps.set(generator, nextOf(generator))
      }
    }
  } finally {
    for (const [generator, step] of steps) {
      step.catch(() => undefined)
      generator.return(undefined).catch(() => undefined)
    }
  }
}

/**
 * @template T
 * @param {AsyncGenerator<T, void, void>} generator
 */
async function nextOf(generator) {
  return { generator, step: await generator.next() }
}
