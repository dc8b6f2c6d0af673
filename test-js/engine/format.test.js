import assert from 'node:assert/strict'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { z } from 'zod'
import { loadModel } from '../../js-bindings/lib/index.js'
import { testModel } from '../testModel.js'

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 40 },
    age: { type: 'integer', minimum: 0, maximum: 120 },
    born: { type: 'string', format: 'date' },
    role: { enum: ['admin', 'editor', 'reader'] },
    tags: { type: 'array', items: { type: 'string', maxLength: 12 }, maxItems: 3, uniqueItems: true },
    score: { type: 'number', minimum: 0, maximum: 1 },
  },
  required: ['name', 'age', 'born', 'role', 'tags', 'score'],
  additionalProperties: false,
}

describe('A format', function () {
  this.timeout(120_000)
  const ajv = addFormats(new Ajv({ strict: false }))
  let model

  before(async function () {
    model = await loadModel(testModel(this))
  })
  after(() => model?.dispose())

  it('of a schema holds in every answer, at any temperature', async () => {
    const validate = ajv.compile(person)
    for (const temperature of [0, 5]) {
      for (let seed = 1; seed <= 2; seed++) {
        const result = await model.generate('Describe a person.', {
          format: person,
          temperature,
          seed,
          maxTokens: 200,
        })
        assert.ok(validate(result.value), JSON.stringify([result.text, validate.errors]))
        assert.deepEqual(JSON.parse(result.text), result.value)
        assert.equal(result.finishReason, 'stop')
      }
    }
  })

  it('gives the same text with guesses and without, alone and among others', async () => {
    const options = { format: person, temperature: 1, seed: 5, maxTokens: 120 }
    const alone = await model.generate('Describe a cat.', { ...options, speculation: false })
    const guessed = await model.generate('Describe a cat.', options)
    assert.equal(guessed.text, alone.text)
    assert.ok(guessed.timings.drafted > 0)
    const many = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        model.generate(i === 0 ? 'Describe a cat.' : `Describe ${i} dogs.`, {
          ...options,
          seed: i === 0 ? 5 : i,
        }),
      ),
    )
    assert.equal(many[0].text, alone.text)
  })

  it('takes bytes that must come several tokens in a step, as the vocabulary has them', async () => {
    const text = 'a sentence of which nobody may change a single word'
    const format = {
      type: 'object',
      properties: { first: { const: text }, second: { const: text } },
      required: ['first', 'second'],
      additionalProperties: false,
    }
    const { value, tokens, timings } = await model.generate('Say it.', { format, temperature: 2, seed: 1 })
    assert.deepEqual(value, { first: text, second: text })
    // All but the last one of each piece, which the model chooses.
    assert.ok(tokens.length < 45)
    if (timings.drafted > 0) assert.ok(timings.accepted > tokens.length / 2)
  })

  it('is brought to its end where the tokens are few, and is cut off where that is asked', async () => {
    const format = { type: 'array', items: { type: 'string' }, minItems: 2 }
    for (const maxTokens of [8, 11, 17]) {
      const { value, usage, finishReason } = await model.generate('List animals.', {
        format,
        temperature: 2,
        seed: maxTokens,
        maxTokens,
      })
      assert.ok(Array.isArray(value) && value.length >= 2)
      assert.ok(usage.completionTokens <= maxTokens)
      assert.equal(finishReason, 'stop')
    }
    const cut = await model.generate('List animals.', {
      format: { schema: format, closeAtLimit: false },
      maxTokens: 5,
      temperature: 0,
    })
    assert.equal(cut.finishReason, 'length')
    assert.ok(!('value' in cut))
    await assert.rejects(model.generate('List.', { format, maxTokens: 2 }), {
      code: 'INVALID_ARGUMENT',
      message: /raise maxTokens/,
    })
  })

  it('may be choices, a pattern, a grammar, or any JSON', async () => {
    const choices = ['yes', 'no', 'maybe']
    const chosen = await model.generate('Is it?', { format: { choices }, temperature: 5, seed: 1 })
    assert.ok(choices.includes(chosen.value))
    const matched = await model.generate('A code.', { format: { regex: /[A-F]{3}-\d{2}/ }, temperature: 5 })
    assert.match(matched.value, /^[A-F]{3}-\d{2}$/)
    const grammar = 'root ::= "(" root ")" | "x"'
    const nested = await model.generate('Nest.', { format: { grammar }, maxTokens: 20, temperature: 3 })
    assert.match(nested.value, /^\(*x\)*$/)
    assert.equal(nested.value.split('(').length, nested.value.split(')').length)
    const json = await model.generate('Some JSON.', { format: 'json', maxTokens: 40, temperature: 3 })
    assert.deepEqual(JSON.parse(json.text), json.value)
  })

  it('comes from what has a JSON Schema, streams, and each choice has its value', async () => {
    const standard = z.object({ n: z.number().int(), s: z.string().max(5).optional() })
    const { value } = await model.generate('A number.', { format: standard, maxTokens: 30 })
    assert.equal(typeof value.n, 'number')
    const stream = model.stream('A number.', { format: standard, maxTokens: 30, seed: 2 })
    let text = ''
    for await (const piece of stream) text += piece
    assert.deepEqual((await stream.result).value, JSON.parse(text))
    const { choices } = await model.generate('Yes?', { format: { choices: ['a', 'b'] }, n: 3, seed: 1 })
    assert.deepEqual(
      choices.map((choice) => choice.value),
      choices.map((choice) => choice.text),
    )
  })

  it('that cannot be enforced is refused before the first token', async () => {
    for (const [format, code, message] of [
      [{ pattern: '(a)\\1' }, 'SCHEMA_UNSUPPORTED', /\/pattern/],
      [{ type: 'string', enum: [1] }, 'SCHEMA_UNSATISFIABLE', /no value/],
      [{ grammar: 'root ::= "a' }, 'GRAMMAR_INVALID', /line 1, column 10/],
      [{ regex: '(?<=a)b' }, 'GRAMMAR_INVALID', /looks behind/],
      [{ choices: [] }, 'INVALID_ARGUMENT', /at least one/],
      ['xml', 'INVALID_ARGUMENT', /JSON Schema/],
      [{ schema: {}, order: 'none' }, 'INVALID_ARGUMENT', /order/],
    ]) {
      await assert.rejects(model.generate('x', { format }), { code, message })
    }
  })
})
