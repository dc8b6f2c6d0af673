/** @import { EmbeddingModelV2, EmbeddingModelV4, LanguageModelV2, LanguageModelV2CallWarning, LanguageModelV2StreamPart, LanguageModelV2Usage, LanguageModelV4, LanguageModelV4StreamPart, LanguageModelV4Usage, SharedV4Warning } from '@ai-sdk/provider' */

/**
 * A language model in the specification of `ai` 5, which has usage and finish reasons in another form.
 *
 * @param {LanguageModelV4} model
 * @returns {LanguageModelV2}
 */
export function languageModelV2(model) {
  const { provider, modelId, supportedUrls } = model
  return {
    specificationVersion: 'v2',
    provider,
    modelId,
    supportedUrls,
    async doGenerate(call) {
      const { content, finishReason, usage, response, warnings } = await model.doGenerate(
        /** @type {any} */ (call),
      )
      return {
        content: /** @type {any} */ (content),
        finishReason: finishReasonV2(finishReason),
        usage: usageV2(usage),
        response,
        warnings: warnings.map(warningV2),
      }
    },
    async doStream(call) {
      const { stream } = await model.doStream(/** @type {any} */ (call))
      const parts = new TransformStream({
        transform(/** @type {LanguageModelV4StreamPart} */ part, controller) {
          controller.enqueue(partV2(part))
        },
      })
      return { stream: stream.pipeThrough(parts) }
    },
  }
}

/**
 * An embedding model in that specification.
 *
 * @param {EmbeddingModelV4} model
 * @returns {EmbeddingModelV2<string>}
 */
export function embeddingModelV2({
  provider,
  modelId,
  maxEmbeddingsPerCall,
  supportsParallelCalls,
  doEmbed,
}) {
  return {
    specificationVersion: 'v2',
    provider,
    modelId,
    maxEmbeddingsPerCall,
    supportsParallelCalls,
    async doEmbed({ values, abortSignal, providerOptions }) {
      const { embeddings, usage } = await doEmbed({ values, abortSignal, providerOptions })
      return { embeddings, usage }
    },
  }
}

/** @param {LanguageModelV4StreamPart} part @returns {LanguageModelV2StreamPart} */
function partV2(part) {
  if (part.type === 'stream-start') return { ...part, warnings: part.warnings.map(warningV2) }
  if (part.type !== 'finish') return /** @type {LanguageModelV2StreamPart} */ (part)
  return { type: 'finish', finishReason: finishReasonV2(part.finishReason), usage: usageV2(part.usage) }
}

/** @param {{ unified: string }} reason */
function finishReasonV2({ unified }) {
  return /** @type {'stop' | 'length' | 'tool-calls' | 'other'} */ (unified)
}

/** @param {LanguageModelV4Usage} usage @returns {LanguageModelV2Usage} */
function usageV2({ inputTokens, outputTokens }) {
  return {
    inputTokens: inputTokens.total,
    outputTokens: outputTokens.total,
    totalTokens: Number(inputTokens.total) + Number(outputTokens.total),
    reasoningTokens: outputTokens.reasoning,
    cachedInputTokens: inputTokens.cacheRead,
  }
}

/** @param {SharedV4Warning} warning @returns {LanguageModelV2CallWarning} */
function warningV2(warning) {
  const message =
    'feature' in warning ? `${warning.feature}: ${warning.details ?? ''}` : String(warning.message)
  return { type: 'other', message }
}
