import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { ChatPromptTemplate } from '@langchain/core/prompts'
import { tool } from '@langchain/core/tools'
import { createAgent, providerStrategy } from 'langchain'
import { z } from 'zod'
import { loadModel } from '../../js-bindings/lib/index.js'
import { ChatRealm, RealmEmbeddings } from '../../js-bindings/lib/langchain/index.js'
import { scriptedModel } from '../chat/fixture/ScriptedModel.js'
import { refusal } from '../fixture/refusal.js'
import { tinyBert } from '../fixture/tinyBert.js'

const chatTemplate = readFileSync(new URL('../jinja/golden/templates/qwen3.jinja', import.meta.url), 'utf8')
const scripted = (...turns) => scriptedModel({ turns, chatTemplate })
const call = (n) => `<tool_call>\n{"name": "double", "arguments": {"n": ${n}}}\n</tool_call>`
const schema = z.object({ city: z.string() })
const double = tool(async ({ n }) => String(2 * n), {
  name: 'double',
  description: 'Doubles a number.',
  schema: z.object({ n: z.number().int() }),
})

describe('ChatRealm', () => {
  it('answers messages, with options of the model and of the call', async () => {
    const { model, bridge } = scripted('<think>\nHm.\n</think>\n\nHello.')
    const chat = new ChatRealm({ model, temperature: 0, maxTokens: 20 })
    const message = await chat.invoke([new SystemMessage('Be brief.'), new HumanMessage('Hi')], {
      stop: ['!'],
      maxTokens: 30,
    })
    assert.equal(message.content, 'Hello.')
    assert.equal(message.additional_kwargs.reasoning_content, 'Hm.')
    assert.equal(message.response_metadata.finish_reason, 'stop')
    assert.deepEqual(message.usage_metadata, {
      input_tokens: 10,
      output_tokens: 28,
      total_tokens: 38,
      input_token_details: { cache_read: 4 },
      output_token_details: { reasoning: 3 },
    })
    const [{ prompt, options: given }] = bridge.argsOf('generate')
    // A model that thinks has the signs of its thoughts read.
    const { format: _, ...options } = given
    assert.match(prompt.text, /system\nBe brief\.<\|im_end\|>\n<\|im_start\|>user\nHi/)
    assert.deepEqual(options, { temperature: 0, maxTokens: 30, stop: ['!'] })
  })

  it('is a part of a chain, and streams', async () => {
    const { model } = scripted('<think>\nHm.\n</think>\n\nHello there.')
    const chain = ChatPromptTemplate.fromTemplate('Say {word}.').pipe(new ChatRealm({ model }))
    let whole
    let chunks = 0
    for await (const chunk of await chain.stream({ word: 'hello' })) {
      whole = whole === undefined ? chunk : whole.concat(chunk)
      chunks++
    }
    assert.ok(chunks > 3)
    assert.equal(whole.content, 'Hello there.')
    assert.equal(whole.additional_kwargs.reasoning_content, 'Hm.')
    assert.equal(whole.usage_metadata.output_tokens, 34)
  })

  it('calls tools that are bound, as a whole and in a stream', async () => {
    const { model, bridge } = scripted(`I look.\n${call(4)}\n${call(5)}`, `${call(4)}\n${call(5)}`, 'Done.')
    const bound = new ChatRealm({ model }).bindTools([double])
    const message = await bound.invoke('Double 4 and 5.')
    assert.equal(message.content, 'I look.')
    assert.deepEqual(
      message.tool_calls.map(({ name, args }) => [name, args]),
      [
        ['double', { n: 4 }],
        ['double', { n: 5 }],
      ],
    )
    let whole
    for await (const chunk of await bound.stream('Double 4 and 5.')) {
      whole = whole === undefined ? chunk : whole.concat(chunk)
    }
    assert.deepEqual(
      whole.tool_calls.map(({ name, args }) => [name, args]),
      [
        ['double', { n: 4 }],
        ['double', { n: 5 }],
      ],
    )
    const [{ id }] = message.tool_calls
    await bound.invoke([
      new HumanMessage('x'),
      message,
      new ToolMessage({ tool_call_id: id, content: 'eight' }),
      new ToolMessage({ tool_call_id: message.tool_calls[1].id, content: 'ten' }),
    ])
    assert.match(bridge.argsOf('generate').at(-1).prompt.text, /<tool_response>\neight\n<\/tool_response>/)
  })

  it('gives values of a schema, by the format and by a tool', async () => {
    const { model, bridge } = scripted('{"city": "Bern"}', '{"city": "Bern"}', '{"city": "Bern"}')
    const chat = new ChatRealm({ model })
    assert.deepEqual(await chat.withStructuredOutput(schema).invoke('Where?'), { city: 'Bern' })
    const plain = z.toJSONSchema(schema)
    assert.deepEqual(await chat.withStructuredOutput(plain).invoke('Where?'), { city: 'Bern' })
    const { raw, parsed } = await chat.withStructuredOutput(schema, { includeRaw: true }).invoke('Where?')
    assert.equal(raw.content, '{"city": "Bern"}')
    assert.deepEqual(parsed, { city: 'Bern' })
    for (const { options, prompt } of bridge.argsOf('generate')) {
      assert.ok(JSON.stringify(options.format).includes('"city"'))
      assert.match(prompt.text, /Where\?\n\nAnswer with JSON that meets this JSON Schema:\n\{.*"city"/)
    }
    const turn = '<tool_call>\n{"name": "place", "arguments": {"city": "Bern"}}\n</tool_call>'
    const calling = new ChatRealm({ model: scripted(turn).model })
    const options = { name: 'place', method: 'functionCalling' }
    assert.deepEqual(await calling.withStructuredOutput(schema, options).invoke('Where?'), { city: 'Bern' })
  })

  it('is the model of an agent, whose answer may have a schema', async () => {
    const { model } = scripted(call(4), call(8), 'It is 16.')
    const agent = createAgent({ model: new ChatRealm({ model }), tools: [double] })
    const { messages } = await agent.invoke({ messages: [new HumanMessage('Double 4 twice.')] })
    assert.equal(messages.at(-1).content, 'It is 16.')
    assert.deepEqual(
      messages.filter(({ type }) => type === 'tool').map(({ content }) => content),
      ['8', '16'],
    )
    const { model: other, bridge } = scripted(call(4), '{"city": "Bern"}')
    const typed = createAgent({
      model: new ChatRealm({ model: other }),
      tools: [double],
      responseFormat: providerStrategy(schema),
    })
    const { structuredResponse } = await typed.invoke({ messages: [new HumanMessage('Where?')] })
    assert.deepEqual(structuredResponse, { city: 'Bern' })
    const asked = bridge.argsOf('generate')
    assert.ok(JSON.stringify(asked[0].options.format).includes('"city"'))
    assert.deepEqual(
      asked.map(({ prompt }) => prompt.text.split('Answer with JSON that meets this JSON Schema:').length),
      [2, 2],
    )
  })

  it('stops with its signal, and refuses what is no text', async () => {
    const chat = new ChatRealm({ model: scripted().model })
    await assert.rejects(chat.invoke('x', { signal: AbortSignal.abort() }), /abort/i)
    const image = { type: 'image_url', image_url: 'data:,' }
    await assert.rejects(
      chat.invoke([new HumanMessage({ content: [image] })]),
      refusal('INVALID_ARGUMENT', 'Models here read text alone'),
    )
  })
})

describe('RealmEmbeddings', () => {
  it('are the vectors of the model', async () => {
    const model = await loadModel(tinyBert())
    const embeddings = new RealmEmbeddings({ model, dimensions: 8 })
    const { embeddings: expected } = await model.embed(['a b', 'c'], { dimensions: 8 })
    assert.deepEqual(
      await embeddings.embedDocuments(['a b', 'c']),
      expected.map((one) => Array.from(one)),
    )
    assert.deepEqual(await embeddings.embedQuery('c'), Array.from(expected[1]))
    assert.deepEqual(await embeddings.embedDocuments([]), [])
    await model.dispose()
  })
})
