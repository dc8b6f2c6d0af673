import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { integer, listOf, name, text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'

/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  model: v.optional(name),
  query: text,
  documents: listOf(v.union([text, v.object({ text })])),
  top_n: v.optional(integer(1, 2147483647)),
  return_documents: v.optional(v.boolean()),
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** Documents in, ranked by how well they answer a query, as Jina's and Cohere's clients ask for it. @type {Endpoint} */
export const rerank = {
  method: 'post',
  path: '/v1/rerank',
  aliases: ['/rerank', '/v1/reranking', '/reranking'],
  summary: 'Ranks documents by how well they answer a query',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.rerank },
  async answer(call, /** @type {Fields} */ { model: asked, query, documents, top_n, return_documents }) {
    call.mustFit('documents', documents.length, 'texts')
    const texts = documents.map((document) => (typeof document === 'string' ? document : document.text))
    const { model, name } = await call.lease(asked)
    const { results, usage } = await model.rank(query, texts, call.claim)
    call.count(usage)
    return {
      object: 'list',
      model: name,
      results: results.slice(0, top_n).map(({ index, score }) => ({
        index,
        relevance_score: score,
        ...(return_documents ? { document: { text: texts[index] } } : {}),
      })),
      usage: { prompt_tokens: usage.promptTokens, total_tokens: usage.promptTokens },
    }
  },
}
