import { Embeddings } from '@langchain/core/embeddings'

/** @import { EmbeddingsParams } from '@langchain/core/embeddings' */
/** @import { Model } from '../Model.js' */
/** @import { EmbedOptions } from '../types.d.ts' */

/** An embedding model for LangChain, in this process. */
export class RealmEmbeddings extends Embeddings {
  #model
  #options

  /** @param {{ model: Model } & Omit<EmbedOptions, 'pooling'> & EmbeddingsParams} fields a loaded model, and how it embeds */
  constructor({ model, maxConcurrency, maxRetries, onFailedAttempt, ...options }) {
    super({ maxConcurrency, maxRetries, onFailedAttempt })
    this.#model = model
    this.#options = options
  }

  /**
   * The vectors of texts.
   *
   * @param {string[]} documents
   * @returns {Promise<number[][]>}
   * @throws {import('../errors/RealmError.js').RealmError} as `model.embed`
   */
  async embedDocuments(documents) {
    if (documents.length === 0) return []
    const { embeddings } = await this.#model.embed(documents, this.#options)
    return embeddings.map((vector) => Array.from(vector))
  }

  /**
   * The vector of a text.
   *
   * @param {string} document
   * @returns {Promise<number[]>}
   * @throws {import('../errors/RealmError.js').RealmError} as `model.embed`
   */
  async embedQuery(document) {
    const [vector] = await this.embedDocuments([document])
    return vector
  }
}
