// Indexes a folder of Markdown, so that ask.js can answer questions about it. Once more, it reads what has changed alone.
//
//   node examples/rag/index.js docs
//   node examples/rag/ask.js "How do I stop a generation?"
//
// The database is rag.db, or --database FILE. The embedder is all-minilm-l6-v2, or --embedder MODEL, which a new database remembers.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadModel } from 'realm-ai'
import { openStore } from './openStore.js'
import { passagesOf } from './passagesOf.js'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'rag.db' },
    embedder: { type: 'string', default: 'all-minilm-l6-v2' },
  },
})
const [folder] = positionals
if (folder === undefined) {
  console.error('usage: node examples/rag/index.js FOLDER [--database FILE] [--embedder MODEL]')
  process.exit(2)
}

const store = openStore(values.database, values.embedder)
const model = await loadModel(store.embedder)
try {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.md'))
  let read = 0
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8')
    const sum = createHash('sha256').update(text).digest('hex')
    if (store.has(name, sum)) continue
    const passages = passagesOf(text)
    // All passages of a file in one call: the engine computes many texts together. One that is longer than the embedder's
    // context is found by its beginning.
    const texts = passages.map(({ heading, text }) => `${heading}\n${text}`)
    const { embeddings } = await model.embed(texts, { truncate: true })
    store.put(
      name,
      sum,
      passages.map((passage, index) => ({ ...passage, vector: embeddings[index] })),
    )
    read++
  }
  const gone = store.keep(files)
  console.log(`${files.length} files: ${read} read, ${gone} gone; ${store.count()} passages`)
} finally {
  await model.dispose()
  store.close()
}
