import { randomInt } from 'node:crypto'
import { choiceSeed } from '../../generation/runGeneration.js'

/** @import { Model } from '../../Model.js' */
/** @import { GenerateOptions, GenerateResult, Prompt } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/**
 * What happens in an answer: a piece of it, or its end.
 *
 * @typedef {{ type: 'text', text: string } | { type: 'finish', result: GenerateResult }} AnswerEvent
 */

/** The largest seed that is drawn here. */
const MOST_SEED = 2 ** 47

/**
 * Makes answers to a prompt, piece by piece; those of several answers come as they are made, each with its index. The others
 * begin once the first has begun, so that they find its prompt computed.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt} prompt
 * @param {GenerateOptions} options
 * @returns {AsyncGenerator<AnswerEvent & { index: number }, void, void>}
 */
export async function* answerEvents(call, model, prompt, { n = 1, ...options }) {
  const seed =
    n > 1 && (options.seed === undefined || options.seed === -1) ? randomInt(MOST_SEED) : options.seed
  const one = (/** @type {number} */ index) =>
    oneAnswer(
      call,
      model,
      prompt,
      { ...options, seed: seed === undefined ? seed : choiceSeed(seed, index) },
      index,
    )
  const first = one(0)
  const begun = await first.next()
  if (begun.done) return
  yield begun.value
  const others = Array.from({ length: n - 1 }, (_, i) => one(i + 1))
  if (n === 1) yield* first
  else yield* merged([first, ...others])
}

/**
 * @param {Call} call
 * @param {Model} model
 * @param {Prompt} prompt
 * @param {GenerateOptions} options
 * @param {number} index
 * @returns {AsyncGenerator<AnswerEvent & { index: number }, void, void>}
 */
async function* oneAnswer(call, model, prompt, options, index) {
  const stream = model.stream(prompt, { ...options, ...call.claim })
  for await (const text of stream) {
    call.firstAt ??= performance.now()
    if (call.services.logPrompts) call.said += text
    yield { index, type: 'text', text }
  }
  const result = await stream.result
  call.finishReason = result.finishReason
  const { promptTokens, cachedTokens, completionTokens } = result.usage
  call.count(index === 0 ? { promptTokens, cachedTokens, completionTokens } : { completionTokens })
  yield { index, type: 'finish', result }
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
