import { randomUUID } from 'node:crypto'
import { AbortError } from '../errors/AbortError.js'
import { readCall } from './readCall.js'
import { contentOf, finishReasonOf, usageOf } from './results.js'
import { streamParts } from './streamParts.js'

/** @import { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider' */
/** @import { Model } from '../Model.js' */
/** @import { TextStream } from '../generation/TextStream.js' */
/** @import { GenerateOptions } from '../types.d.ts' */

/** @typedef {{ name: string, open: () => Promise<Model> }} ModelEntry a model that may be loaded only once it is used */

/**
 * A language model of the AI SDK. Specifications v3 and v4 have the same calls and answers but for what Realm never gives.
 *
 * @param {ModelEntry} entry
 * @param {GenerateOptions} defaults options of each call that it does not give itself
 * @param {'v4' | 'v3'} version
 * @returns {LanguageModelV4}
 */
export function languageModel({ name, open }, defaults, version) {
  return {
    specificationVersion: /** @type {'v4'} */ (version),
    provider: 'realm',
    modelId: name,
    supportedUrls: {},

    async doGenerate(call) {
      const model = await open()
      const { messages, options, warnings } = readCall(call, model.thinks, defaults)
      const result = await model.generate(messages, options)
      return {
        content: contentOf(result),
        finishReason: finishReasonOf(result),
        usage: usageOf(result),
        response: { id: randomUUID(), timestamp: new Date(), modelId: name },
        warnings,
      }
    },

    async doStream(call) {
      const model = await open()
      const { messages, options, warnings } = readCall(call, model.thinks, defaults)
      const text = model.stream(messages, options)
      const start = [
        { type: /** @type {const} */ ('stream-start'), warnings },
        {
          type: /** @type {const} */ ('response-metadata'),
          id: randomUUID(),
          timestamp: new Date(),
          modelId: name,
        },
      ]
      return { stream: readable(start, text) }
    },
  }
}

/**
 * @param {LanguageModelV4StreamPart[]} start
 * @param {TextStream} text
 * @returns {ReadableStream<LanguageModelV4StreamPart>}
 */
function readable(start, text) {
  const parts = streamParts(text.events())
  return new ReadableStream({
    start(controller) {
      for (const part of start) controller.enqueue(part)
    },
    async pull(controller) {
      try {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        if (error instanceof AbortError) return controller.error(error)
        controller.enqueue({ type: 'error', error })
        controller.close()
      }
    },
    async cancel() {
      // Not of the parts, whose next one may be long in coming.
      await text.return()
    },
  })
}
