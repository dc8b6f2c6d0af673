/** @import { EmbeddingModelV4 } from '@ai-sdk/provider' */
/** @import { ModelEntry } from './languageModel.js' */

/**
 * An embedding model of the AI SDK; v3 and v4 are the same.
 *
 * @param {ModelEntry} entry
 * @param {'v4' | 'v3'} version
 * @returns {EmbeddingModelV4}
 */
export function embeddingModel({ name, open }, version) {
  return {
    specificationVersion: /** @type {'v4'} */ (version),
    provider: 'realm',
    modelId: name,
    maxEmbeddingsPerCall: undefined,
    supportsParallelCalls: true,

    async doEmbed({ values, dimensions, abortSignal, providerOptions }) {
      const model = await open()
      const { embeddings, usage } = await model.embed(values, {
        dimensions,
        signal: abortSignal,
        ...providerOptions?.realm,
      })
      return {
        embeddings: embeddings.map((vector) => Array.from(vector)),
        usage: { tokens: usage.promptTokens },
        warnings: [],
      }
    },
  }
}
