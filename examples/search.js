// Finds the passages that mean what a question asks, whatever their words.
//
//   node examples/search.js MODEL "How do I get my money back?" [PASSAGES.json]
//
// MODEL is an embedder: all-MiniLM-L6-v2, nomic-embed-text, EmbeddingGemma, Qwen3-Embedding or another, as a GGUF file.

import { readFileSync } from 'node:fs'
import { loadModel } from 'realm-ai'

const PASSAGES = [
  'Refunds are paid within 14 days to the card that was charged.',
  'Our office is closed on public holidays.',
  'A parcel can be tracked with the number in the confirmation mail.',
  'To change your password, open the settings and choose Security.',
  'The warranty covers defects of material for two years.',
]

const [source, question, file] = process.argv.slice(2)
if (source === undefined || question === undefined) {
  console.error('usage: node examples/search.js MODEL QUESTION [PASSAGES.json]')
  process.exit(2)
}
const passages = file === undefined ? PASSAGES : JSON.parse(readFileSync(file, 'utf8'))

const model = await loadModel(source)
try {
  // All in one call: the engine computes many texts together. An application would keep the passages' vectors.
  const { embeddings, usage } = await model.embed([question, ...passages])
  const [asked, ...known] = embeddings
  const ranked = known
    .map((vector, index) => ({ passage: passages[index], similarity: dot(asked, vector) }))
    .sort((a, b) => b.similarity - a.similarity)
  for (const { passage, similarity } of ranked.slice(0, 3))
    console.log(`${similarity.toFixed(3)}  ${passage}`)
  console.error(`${usage.promptTokens} tokens read`)
} finally {
  await model.dispose()
}

/**
 * The cosine of the angle between two vectors, which have length 1.
 *
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function dot(a, b) {
  return a.reduce((sum, value, index) => sum + value * b[index], 0)
}
