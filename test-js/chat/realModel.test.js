import assert from 'node:assert/strict'
import { generateText, Output, streamText } from 'ai'
import { z } from 'zod'
import { createRealm } from '../../js-bindings/lib/ai-sdk/createRealm.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { ChatRealm } from '../../js-bindings/lib/langchain/index.js'
import { testModel } from '../testModel.js'

// Strict: plain objects of zod admit further fields, which a model then writes.
const parameters = z.strictObject({ city: z.enum(['Bern', 'Paris']), days: z.number().int().min(1).max(9) })

describe('smollm2-135m-instruct, with tools', function () {
  this.timeout(120_000)
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async function () {
    model = await loadModel(testModel(this))
  })
  after(() => model?.dispose())

  it('has to call a tool, with arguments that meet its schema, and answers with the result', async () => {
    const given = []
    const execute = (args) => {
      given.push(args)
      return { weather: 'rain' }
    }
    const chat = model.chat({ tools: { weather: { parameters, execute } }, temperature: 0, maxTokens: 60 })
    for (const seed of [1, 2]) {
      const { text, messages, usage } = await chat.send('What will the weather be in Paris?', {
        toolChoice: 'required',
        parallelToolCalls: false,
        temperature: seed,
        seed,
      })
      assert.ok(text.length > 0)
      assert.equal(messages[1].tool_calls.length, 1)
      assert.deepEqual(messages[2].content, '{"weather":"rain"}')
      assert.ok(usage.cachedTokens > 0)
      chat.undo()
    }
    for (const args of given) assert.deepEqual(parameters.parse(args), args)
    assert.equal(given.length, 2)
    await chat.dispose()
  })

  it('reads what the schema of its answer says', async () => {
    const format = {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 30, description: 'The capital of France' } },
      required: ['city'],
      additionalProperties: false,
    }
    const asked = { format, temperature: 0, maxTokens: 40 }
    const { value } = await model.generate('Fill in the form.', asked)
    assert.match(value.city, /Paris/)
    const hidden = await model.generate('Fill in the form.', { ...asked, showFormat: false })
    assert.doesNotMatch(hidden.value.city, /Paris/)
  })

  it('gives objects and calls to the AI SDK', async () => {
    const realm = createRealm()
    const { output } = await generateText({
      model: realm(model),
      prompt: 'Plan a trip.',
      output: Output.object({ schema: parameters }),
      maxOutputTokens: 60,
      temperature: 1,
      seed: 5,
    })
    assert.deepEqual(parameters.parse(output), output)
    const result = streamText({
      model: realm(model),
      prompt: 'Plan a trip.',
      tools: { trip: { description: 'Plans a trip.', inputSchema: parameters } },
      toolChoice: { type: 'tool', toolName: 'trip' },
      maxOutputTokens: 80,
    })
    const calls = await result.toolCalls
    assert.ok(calls.length > 0)
    for (const { input } of calls) assert.deepEqual(parameters.parse(input), input)
  })

  it('gives values of a schema to LangChain', async () => {
    const chat = new ChatRealm({ model, temperature: 1, seed: 3, maxTokens: 60 })
    const value = await chat.withStructuredOutput(parameters).invoke('Plan a trip.')
    assert.deepEqual(parameters.parse(value), value)
  })
})
