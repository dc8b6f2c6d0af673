import assert from 'node:assert/strict'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embedMany, generateText, Output, streamText, tool } from 'ai'
import { z } from 'zod'
import { report, url, works } from './features.mjs'

const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' })
const compatible = createOpenAICompatible({
  name: 'realm',
  baseURL: `${url}/v1`,
  supportsStructuredOutputs: true,
  includeUsage: true,
})
const anthropic = createAnthropic({ baseURL: `${url}/v1`, apiKey: 'any' })
const Person = z.object({ name: z.string().max(10), age: z.number().int().min(0).max(120) })
const asked = { prompt: 'Hello there', maxOutputTokens: 8, temperature: 0, maxRetries: 0 }

for (const [endpoint, model] of [
  ['POST /v1/responses', openai('tiny')],
  ['POST /v1/chat/completions', openai.chat('tiny')],
  ['POST /v1/chat/completions (compatible)', compatible('tiny')],
  ['POST /v1/messages', anthropic('tiny')],
]) {
  let text = ''
  await works(endpoint, 'an answer', async () => {
    const result = await generateText({ ...asked, model })
    text = result.text
    assert.ok(text.length > 0)
    assert.equal(result.finishReason, 'length')
    assert.equal(result.usage.outputTokens, 8)
    assert.ok(result.usage.inputTokens > 0)
  })
  await works(endpoint, 'streaming', async () => {
    const result = streamText({ ...asked, model, onError: () => undefined })
    let streamed = ''
    for await (const piece of result.textStream) streamed += piece
    assert.equal(streamed, text)
    assert.equal(await result.finishReason, 'length')
    assert.equal((await result.usage).outputTokens, 8)
  })
  await works(endpoint, 'an object (zod)', async () => {
    const { output } = await generateText({
      ...asked,
      maxOutputTokens: 120,
      model,
      output: Output.object({ schema: Person }),
    })
    assert.equal(typeof output.age, 'number')
  })
  const called = {
    ...asked,
    maxOutputTokens: 200,
    model,
    toolChoice: 'required',
    tools: {
      double: tool({
        description: 'Doubles',
        inputSchema: z.object({ n: z.number().int() }),
        execute: ({ n }) => 2 * n,
      }),
    },
  }
  await works(endpoint, 'tools', async () => {
    const { toolCalls, toolResults, finishReason } = await generateText(called)
    assert.equal(toolResults[0].output, 2 * toolCalls[0].input.n)
    assert.equal(finishReason, 'tool-calls')
  })
  await works(endpoint, 'tools, streamed', async () => {
    const result = streamText({ ...called, onError: () => undefined })
    const [{ input }] = await result.toolCalls
    assert.equal(typeof input.n, 'number')
  })
  await works(endpoint, 'several turns', async () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'How are you?' },
    ]
    await generateText({ ...asked, prompt: undefined, messages, system: 'Be brief', model })
  })
}
for (const [endpoint, model] of [
  ['POST /v1/embeddings', openai.embedding('bert')],
  ['POST /v1/embeddings (compatible)', compatible.embeddingModel('bert')],
]) {
  await works(endpoint, 'texts', async () => {
    const { embeddings } = await embedMany({ model, values: ['abc', 'hello'], maxRetries: 0 })
    assert.equal(embeddings.length, 2)
  })
}
await works('POST /v1/completions (compatible)', 'an answer', async () => {
  const { text } = await generateText({ ...asked, model: compatible.completionModel('tiny') })
  assert.equal(typeof text, 'string')
})
report()
