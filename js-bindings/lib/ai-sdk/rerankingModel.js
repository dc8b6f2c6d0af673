/** @import { RerankingModelV4 } from '@ai-sdk/provider' */
/** @import { ModelEntry } from './languageModel.js' */

/**
 * A reranking model of the AI SDK; v3 and v4 are the same.
 *
 * @param {ModelEntry} entry
 * @param {'v4' | 'v3'} version
 * @returns {RerankingModelV4}
 */
export function rerankingModel({ name, open }, version) {
  return {
    specificationVersion: /** @type {'v4'} */ (version),
    provider: 'realm',
    modelId: name,

    async doRerank({ documents, query, topN, abortSignal, providerOptions }) {
      const model = await open()
      const texts =
        documents.type === 'text' ? documents.values : documents.values.map((value) => JSON.stringify(value))
      const { results } = await model.rank(query, texts, { signal: abortSignal, ...providerOptions?.realm })
      return {
        ranking: results.slice(0, topN).map(({ index, score }) => ({ index, relevanceScore: score })),
        response: { modelId: name, timestamp: new Date() },
      }
    },
  }
}
