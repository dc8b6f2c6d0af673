// Answers a question about the Markdown that index.js has indexed, and names its sources:
//
//   node examples/rag/ask.js "How do I stop a generation?"
//
// The database is rag.db, or --database FILE. The model is qwen3-0.6b, or --model MODEL: larger ones answer better. With
// --reranker MODEL, that one sorts the passages which the vectors find.

import { parseArgs } from 'node:util'
import { loadModel } from 'realm-ai'
import { openStore } from './openStore.js'

/** How many passages the vectors find, and how many of them the model reads: more cost time, and confuse small models. */
const FOUND = 20
const READ = 3

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'rag.db' },
    model: { type: 'string', default: 'qwen3-0.6b' },
    reranker: { type: 'string' },
  },
})
const [question] = positionals
if (question === undefined) {
  console.error(
    'usage: node examples/rag/ask.js QUESTION [--database FILE] [--model MODEL] [--reranker MODEL]',
  )
  process.exit(2)
}

const store = openStore(values.database)
// A server would load its models once.
const [embedder, model, reranker] = await Promise.all(
  [store.embedder, values.model, values.reranker].map((source) => source && loadModel(source)),
)
try {
  const passages = await find(question)
  const context = passages
    .map(({ heading, text }, index) => `[${index + 1}] ${heading}\n${text}`)
    .join('\n\n')
  const messages = [
    {
      role: 'system',
      content: 'Answer the question with what the passages say, in few words. If they do not say it, say so.',
    },
    { role: 'user', content: `${context}\n\nQuestion: ${question}` },
  ]
  for await (const piece of model.stream(messages, { reasoning: false, temperature: 0, maxTokens: 300 }))
    process.stdout.write(piece)
  console.log('\n')
  for (const [index, { file, line, heading }] of passages.entries())
    console.log(`[${index + 1}] ${file}:${line}  ${heading}`)
} finally {
  await Promise.all([embedder, model, reranker].map((each) => each?.dispose()))
  store.close()
}

/** @param {string} question */
async function find(question) {
  const { embeddings } = await embedder.embed(question, { truncate: true })
  const found = store.nearest(embeddings[0], FOUND)
  if (reranker === undefined) return found.slice(0, READ)
  const { results } = await reranker.rank(
    question,
    found.map(({ heading, text }) => `${heading}\n${text}`),
  )
  return results.slice(0, READ).map(({ index }) => found[index])
}
