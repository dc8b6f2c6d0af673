import { abortSignal, invalidArgument, text } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { throwIfAborted } from './errors/AbortError.js'
import { claimChecks } from './generation/claimChecks.js'
import { RankTemplate } from './prompt/RankTemplate.js'

/** @import { EngineModel } from './EngineModel.js' */
/** @import { RankOptions, RankResult } from './types.d.ts' */

/**
 * Ranks documents by how well they answer a query; see `Model.rank`.
 *
 * @param {EngineModel} engine
 * @param {string} query
 * @param {readonly string[]} documents
 * @param {RankOptions} options
 * @returns {Promise<RankResult>}
 */
export async function rankDocuments(engine, query, documents, options) {
  engine.mustBeOpen()
  const { signal, ...claim } = readOptions(
    options,
    { ...claimChecks, signal: abortSignal },
    { what: 'the options of rank' },
  )
  const texts = readDocuments(documents)
  const asked = text(query, 'query')
  throwIfAborted(signal)
  if (texts.length === 0) return { results: [], usage: { promptTokens: 0 } }
  const args = { input: inputOf(engine, asked, texts), options: claim }
  const { scores, usage } = await engine.open('rank', args, { signal })
  const results = scores.map((/** @type {number} */ score, /** @type {number} */ index) => ({ index, score }))
  // Stable: documents of the same score stay in their order.
  results.sort((/** @type {{ score: number }} */ a, /** @type {{ score: number }} */ b) => b.score - a.score)
  return { results, usage }
}

/**
 * What the engine takes: the texts, or what the model's own template makes of each document, and of an empty one.
 *
 * @param {EngineModel} engine
 * @param {string} query
 * @param {string[]} documents
 */
function inputOf(engine, query, documents) {
  const source = engine.opened.metadata['tokenizer.chat_template.rerank']
  if (typeof source !== 'string') return { query, documents }
  const template = new RankTemplate(source, engine.opened)
  return {
    frame: template.render(query, ''),
    prompts: documents.map((document) => template.render(query, document)),
  }
}

/**
 * @param {unknown} documents
 * @returns {string[]}
 */
function readDocuments(documents) {
  if (!Array.isArray(documents)) throw invalidArgument('documents', documents, 'an array of strings')
  // Array.from also turns the holes of a sparse array into undefined, which the check refuses.
  return Array.from(documents, (item, index) => text(item, `documents[${index}]`))
}
