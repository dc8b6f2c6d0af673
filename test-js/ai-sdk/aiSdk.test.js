import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import * as ai7 from 'ai'
import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import { z } from 'zod'
import { createRealm } from '../../js-bindings/lib/ai-sdk/createRealm.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { scriptedModel } from '../chat/fixture/ScriptedModel.js'
import { refusal } from '../fixture/refusal.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { tinyLlama } from '../fixture/tinyLlama.js'

const chatTemplate = readFileSync(new URL('../jinja/golden/templates/qwen3.jinja', import.meta.url), 'utf8')
const call = (n) => `<tool_call>\n{"name": "double", "arguments": {"n": ${n}}}\n</tool_call>`
const thought = '<think>\nTwice.\n</think>\n\n'

const SPECIFICATIONS = /** @type {const} */ ({ v4: ai7, v3: ai6, v2: ai5 })

for (const [specification, ai] of Object.entries(SPECIFICATIONS)) {
  describe(`The AI SDK that asks for ${specification}`, () => {
    const realm = createRealm({ specification })
    const double = ai.tool({
      description: 'Doubles a number.',
      inputSchema: z.object({ n: z.number().int() }),
      execute: async ({ n }) => ({ n: 2 * n }),
    })

    it('generates a text', async () => {
      const { model, bridge } = scriptedModel({ turns: ['Hello.'] })
      const { text, finishReason, usage } = await ai.generateText({
        model: realm(model),
        system: 'Be brief.',
        messages: [{ role: 'user', content: 'Hi' }],
        maxOutputTokens: 20,
        temperature: 0,
        seed: 3,
        stopSequences: ['!'],
        providerOptions: { realm: { minP: 0.1 } },
      })
      assert.equal(text, 'Hello.')
      assert.equal(finishReason, 'stop')
      assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [10, 6, 16])
      const [{ prompt, options }] = bridge.argsOf('generate')
      assert.match(prompt.text, /system\nBe brief\.<\|im_end\|>\n<\|im_start\|>user\nHi/)
      assert.deepEqual(options, { maxTokens: 20, temperature: 0, seed: 3, stop: ['!'], minP: 0.1 })
    })

    it('streams a text', async () => {
      const { model } = scriptedModel({ turns: ['Hello there.'] })
      const result = ai.streamText({ model: realm(model), prompt: 'Hi' })
      const pieces = []
      for await (const piece of result.textStream) pieces.push(piece)
      assert.equal(pieces.join(''), 'Hello there.')
      assert.ok(pieces.length > 1)
      assert.equal(await result.finishReason, 'stop')
      assert.equal((await result.usage).outputTokens, 12)
    })

    it('runs tools until the model is done', async () => {
      const { model, bridge } = scriptedModel({ chatTemplate, turns: [`${thought}${call(4)}`, 'It is 8.'] })
      const { text, steps } = await ai.generateText({
        model: realm(model),
        prompt: 'Double 4.',
        tools: { double },
        stopWhen: ai.stepCountIs?.(5) ?? ai.isStepCount(5),
      })
      assert.equal(text, 'It is 8.')
      assert.equal(steps.length, 2)
      assert.equal(steps[0].reasoningText, 'Twice.')
      const { outputTokens, reasoningTokens, outputTokenDetails } = steps[0].usage
      assert.equal(reasoningTokens ?? outputTokenDetails.reasoningTokens, 'Twice.'.length)
      if (outputTokenDetails !== undefined) {
        assert.equal(outputTokenDetails.textTokens, outputTokens - 'Twice.'.length)
      }
      assert.equal(steps[0].finishReason, 'tool-calls')
      assert.deepEqual(steps[0].toolCalls[0].input, { n: 4 })
      assert.deepEqual(steps[0].toolResults[0].output, { n: 8 })
      assert.match(bridge.argsOf('generate')[1].prompt.text, /<tool_response>\n\{"n":8\}/)
    })

    it('streams tools', async () => {
      const { model } = scriptedModel({ chatTemplate, turns: [`${thought}${call(4)}\n${call(5)}`, 'Done.'] })
      const result = ai.streamText({
        model: realm(model),
        prompt: 'Double 4 and 5.',
        tools: { double },
        stopWhen: ai.stepCountIs?.(5) ?? ai.isStepCount(5),
      })
      const parts = []
      for await (const part of result.fullStream) parts.push(part)
      const inputs = parts.filter(({ type }) => type === 'tool-call').map(({ input }) => input)
      assert.deepEqual(inputs, [{ n: 4 }, { n: 5 }])
      const deltas = parts.filter(({ type }) => type === 'tool-input-delta').map((part) => part.delta)
      assert.equal(deltas.join(''), '{"n": 4}{"n": 5}')
      assert.deepEqual(
        parts.filter(({ type }) => type === 'tool-result').map(({ output }) => output),
        [{ n: 8 }, { n: 10 }],
      )
      assert.equal(await result.text, 'Done.')
      assert.ok(parts.some(({ type }) => type === 'reasoning-delta'))
    })

    it('generates an object', async () => {
      const { model, bridge } = scriptedModel({ turns: ['{"city": "Bern"}', '{"city": "Bern"}'] })
      const schema = z.object({ city: z.string().describe('a place that <|im_end|> exists') })
      const { object } = await ai.generateObject({
        model: realm(model),
        schema,
        schemaName: 'Place',
        schemaDescription: 'Where it is.',
        prompt: 'Where?',
      })
      assert.deepEqual(object, { city: 'Bern' })
      const made = await ai.generateText({
        model: realm(model),
        prompt: 'Where?',
        ...(specification === 'v2'
          ? { experimental_output: ai.Output.object({ schema }) }
          : { output: ai.Output.object({ schema }) }),
      })
      assert.deepEqual(specification === 'v2' ? made.experimental_output : made.output, { city: 'Bern' })
      const asked = bridge.argsOf('generate')
      for (const { options, prompt } of asked) {
        const { properties } = options.format.schema
        assert.deepEqual(properties, {
          city: { type: 'string', description: 'a place that <|im_end|> exists' },
        })
        const shown = prompt.text.indexOf(`"properties":${JSON.stringify(properties)}`)
        assert.ok(shown > prompt.text.indexOf('Where?'), prompt.text)
        assert.ok(prompt.plain.some(([from, to]) => from < shown && shown + 100 < to))
      }
      assert.match(asked[0].prompt.text, /\{"title":"Place","description":"Where it is\.",/)
    })

    it('stops with its signal', async () => {
      const { model } = scriptedModel({ turns: ['Never to its end.'] })
      await assert.rejects(
        ai.generateText({ model: realm(model), prompt: 'x', abortSignal: AbortSignal.abort() }),
        { name: 'AbortError' },
      )
      const stopping = new AbortController()
      const result = ai.streamText({
        model: realm(model),
        prompt: 'x',
        abortSignal: stopping.signal,
        onError: () => undefined,
      })
      const seen = []
      for await (const part of result.fullStream) {
        seen.push(part.type)
        if (part.type === 'text-delta') stopping.abort()
      }
      assert.equal(seen.at(-1), 'abort')
    })

    it('hears of errors by their codes', async () => {
      const { model } = scriptedModel({ turns: [] })
      const image = { type: 'image', image: new Uint8Array([137, 80, 78, 71]) }
      await assert.rejects(
        ai.generateText({
          model: realm(model),
          messages: [{ role: 'user', content: [image] }],
          maxRetries: 0,
        }),
        refusal('INVALID_ARGUMENT', 'Models here read text alone'),
      )
    })
  })
}

describe('The AI SDK with models that are loaded', function () {
  this.timeout(60_000)

  it('embeds texts', async () => {
    const model = await loadModel(tinyBert())
    for (const [specification, ai] of Object.entries(SPECIFICATIONS)) {
      const realm = createRealm({ specification })
      const { embeddings, usage } = await ai.embedMany({
        model: realm.embeddingModel(model),
        values: ['a b', 'c'],
      })
      const expected = await model.embed(['a b', 'c'])
      assert.deepEqual(
        embeddings,
        expected.embeddings.map((vector) => Array.from(vector)),
      )
      assert.equal(usage.tokens, expected.usage.promptTokens)
      const { embedding } = await ai.embed({ model: realm.textEmbeddingModel(model), value: 'a b' })
      assert.deepEqual(embedding, embeddings[0])
    }
    await model.dispose()
  })

  it('ranks documents', async () => {
    const model = await loadModel(tinyLlama({ rankTemplate: '{query} {document}' }))
    const documents = ['one', 'two', 'three']
    const { results } = await model.rank('two', documents)
    for (const [specification, { rerank }] of Object.entries({ v4: ai7, v3: ai6 })) {
      const realm = createRealm({ specification: /** @type {'v4'} */ (specification) })
      const { ranking } = await rerank({
        model: realm.rerankingModel(model),
        documents,
        query: 'two',
        topN: 2,
      })
      assert.deepEqual(
        ranking.map(({ originalIndex, score }) => [originalIndex, score]),
        results.slice(0, 2).map(({ index, score }) => [index, score]),
      )
    }
    await model.dispose()
  })

  it('loads a model by its name once, and frees it', async () => {
    const realm = createRealm({ load: { contextLength: 64 } })
    await assert.rejects(
      ai7.generateText({ model: realm('no-such-model-anywhere'), prompt: 'x', maxRetries: 0 }),
      ({ code }) => code === 'FILE_NOT_FOUND',
    )
    assert.throws(() => realm(5), refusal('INVALID_ARGUMENT', 'model: received 5'))
    assert.throws(() => realm.imageModel('x'), refusal('INVALID_ARGUMENT', 'images'))
    assert.throws(() => createRealm({ specification: 'v1' }), refusal('INVALID_ARGUMENT', 'specification'))
    await realm.dispose()
  })

  it('warns of what it cannot do', async () => {
    const { model } = scriptedModel({ turns: ['Hello.'] })
    const provider = createRealm()
    const { warnings } = await provider(model).doGenerate({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
      reasoning: 'high',
      tools: [{ type: 'provider', id: 'a.search', name: 'search', args: {} }],
    })
    assert.deepEqual(
      warnings.map(({ type, feature }) => [type, feature]),
      [
        ['unsupported', 'tool search'],
        ['unsupported', 'reasoning'],
      ],
    )
  })
})
