import assert from 'node:assert/strict'
import { tool } from '@langchain/core/tools'
import { ChatOllama, OllamaEmbeddings } from '@langchain/ollama'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { z } from 'zod'
import { all, report, url, works } from './features.mjs'

const configuration = { baseURL: `${url}/v1` }
const Person = z.object({ name: z.string().max(10), age: z.number().int().min(0).max(120) })
const openai = (fields) =>
  new ChatOpenAI({
    model: 'tiny',
    apiKey: 'any',
    maxTokens: 8,
    temperature: 0,
    maxRetries: 0,
    configuration,
    ...fields,
  })
const ollama = (fields) =>
  new ChatOllama({ model: 'tiny', baseUrl: url, numPredict: 8, temperature: 0, maxRetries: 0, ...fields })

for (const [endpoint, model] of [
  ['POST /v1/chat/completions', openai],
  ['POST /v1/responses', (fields) => openai({ useResponsesApi: true, ...fields })],
  ['POST /api/chat', ollama],
]) {
  let text = ''
  await works(endpoint, 'an answer', async () => {
    const answer = await model().invoke([
      ['system', 'Be brief'],
      ['human', 'Hello there'],
    ])
    text = answer.text
    assert.ok(text.length > 0)
    assert.equal(answer.usage_metadata.output_tokens, 8)
  })
  await works(endpoint, 'streaming', async () => {
    const chunks = await all(
      await model().stream([
        ['system', 'Be brief'],
        ['human', 'Hello there'],
      ]),
    )
    assert.equal(chunks.map((chunk) => chunk.text).join(''), text)
    assert.equal(
      chunks.reduce((sum, { usage_metadata }) => Math.max(sum, usage_metadata?.output_tokens ?? 0), 0),
      8,
    )
  })
  if (model !== ollama) {
    await works(endpoint, 'tools', async () => {
      const double = tool(({ n }) => String(2 * n), {
        name: 'double',
        description: 'Doubles',
        schema: z.object({ n: z.number().int() }),
      })
      const bound = model({ maxTokens: 200 }).bindTools([double], { tool_choice: 'double' })
      const answer = await bound.invoke('Double 4')
      assert.equal(typeof answer.tool_calls[0].args.n, 'number')
      const streamed = (await all(await bound.stream('Double 4'))).reduce((sum, chunk) => sum.concat(chunk))
      assert.equal(streamed.tool_calls[0].name, 'double')
      assert.equal(typeof streamed.tool_calls[0].args.n, 'number')
    })
  }
  await works(endpoint, 'an object (zod)', async () => {
    const structured = model({ maxTokens: 120, numPredict: 120 }).withStructuredOutput(Person, {
      method: 'jsonSchema',
    })
    assert.equal(typeof (await structured.invoke('Describe a person')).age, 'number')
  })
}
await works('POST /v1/embeddings', 'texts', async () => {
  const vectors = await new OpenAIEmbeddings({
    model: 'bert',
    apiKey: 'any',
    maxRetries: 0,
    configuration,
  }).embedDocuments(['abc', 'hello'])
  assert.equal(vectors.length, 2)
  assert.ok(vectors[0].some((value) => value !== 0))
})
await works('POST /api/embed', 'texts', async () => {
  assert.equal(
    (await new OllamaEmbeddings({ model: 'bert', baseUrl: url }).embedDocuments(['abc', 'hello'])).length,
    2,
  )
})
report()
