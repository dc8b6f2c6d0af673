import assert from 'node:assert/strict'
import { OpenAI, OpenAIEmbedding } from '@llamaindex/openai'
import { Document, Settings, VectorStoreIndex } from 'llamaindex'
import { all, report, url, works } from './features.mjs'

const llm = new OpenAI({
  model: 'gpt-4o-mini',
  apiKey: 'any',
  baseURL: `${url}/v1`,
  maxTokens: 8,
  temperature: 0,
  maxRetries: 0,
})
const messages = [{ role: 'user', content: 'Hello there' }]
const CHAT = 'POST /v1/chat/completions'
let text = ''
await works(CHAT, 'an answer', async () => {
  const { message } = await llm.chat({ messages })
  text = String(message.content)
  assert.ok(text.length > 0)
})
await works(CHAT, 'streaming', async () => {
  const chunks = await all(await llm.chat({ messages, stream: true }))
  assert.equal(chunks.map(({ delta }) => delta).join(''), text)
})
const embedding = new OpenAIEmbedding({ model: 'bert', apiKey: 'any', baseURL: `${url}/v1` })
await works('POST /v1/embeddings', 'texts', async () => {
  assert.equal((await embedding.getTextEmbeddingsBatch(['abc', 'hello'])).length, 2)
})
await works(CHAT, 'a question to an index of documents', async () => {
  Settings.llm = llm
  Settings.embedModel = embedding
  const index = await VectorStoreIndex.fromDocuments([
    new Document({ text: 'the fox' }),
    new Document({ text: 'a dog' }),
  ])
  const { response } = await index.asQueryEngine().query({ query: 'fox?' })
  assert.equal(typeof response, 'string')
})
report()
