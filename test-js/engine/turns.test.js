import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { runGeneration } from '../../js-bindings/lib/generation/runGeneration.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { rounds } from '../fixture/rounds.js'
import { tinyLlama } from '../fixture/tinyLlama.js'
import { eventsOf, formats, turnsOf } from '../prompt/turns/formats.js'

const tools = [
  {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string', minLength: 1, maxLength: 9 },
        days: { type: 'integer', minimum: 1, maximum: 5 },
        unit: { enum: ['c', 'f'] },
        note: { type: ['string', 'null', 'boolean'], maxLength: 5 },
        where: {
          type: 'object',
          properties: {
            latitude: { type: 'number', minimum: -90, maximum: 90 },
            names: { type: 'array', items: { type: 'string', maxLength: 3 }, maxItems: 2 },
          },
          required: ['latitude'],
          additionalProperties: false,
        },
      },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  },
  {
    name: 'get',
    description: 'Gets what has an id',
    parameters: {
      type: 'object',
      properties: { id: { type: 'string', pattern: '^[a-z]{2}$' } },
      required: ['id'],
      additionalProperties: false,
    },
  },
]
const short = { type: 'string', maxLength: 6 }
/** Schemas that ask what servers of tools do ask, with strings that look like signs of one form or another. */
const schemas = {
  references: {
    $defs: {
      place: {
        type: 'object',
        properties: { x: { type: 'number', minimum: 0 }, y: { $ref: '#/$defs/word' } },
        required: ['x'],
        additionalProperties: false,
      },
      word: { enum: ['a b', "it's", '<|"|>', '</parameter>', '\n'] },
    },
    type: 'object',
    properties: {
      from: { $ref: '#/$defs/place' },
      to: { $ref: '#/$defs/word' },
      list: { type: 'array', items: { $ref: '#/$defs/place' }, minItems: 1, maxItems: 2 },
    },
    required: ['to', 'from'],
    additionalProperties: false,
  },
  several: {
    type: 'object',
    properties: {
      v: { anyOf: [short, { type: 'integer', minimum: 5 }, { type: 'null' }] },
      w: { oneOf: [{ type: 'boolean' }, { type: 'array', items: short, maxItems: 2 }] },
      t: { type: ['string', 'number'], maxLength: 4, maximum: 3 },
    },
    required: ['v', 'w', 't'],
    additionalProperties: false,
  },
  patterns: {
    type: 'object',
    properties: {
      d: { type: 'string', format: 'date' },
      e: { type: 'string', pattern: '^(yes|no|[0-9]{2})$' },
      m: { type: 'string', minLength: 3, maxLength: 5 },
      c: { const: 'x y' },
      n: { type: 'number', multipleOf: 0.5, minimum: -2, maximum: 2 },
    },
    required: ['d', 'e', 'm', 'c', 'n'],
    additionalProperties: false,
  },
  free: {
    type: 'object',
    properties: { meta: { type: 'object', additionalProperties: { type: 'integer' } }, q: short },
    required: ['meta', 'q'],
    additionalProperties: false,
  },
  nothing: { type: 'object', properties: {}, additionalProperties: false },
  two: {
    type: 'object',
    properties: { b: short, a: { type: 'boolean' }, c: { type: 'integer' } },
    minProperties: 2,
    additionalProperties: false,
  },
  map: { type: 'object', additionalProperties: short },
  likeNumbers: {
    type: 'object',
    properties: {
      s: { type: 'string', pattern: '^[0-9]+$', maxLength: 5 },
      t: { enum: ['true', true, '1'] },
    },
    required: ['s', 't'],
    additionalProperties: false,
  },
}
const fixed = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { const: 'Zürich' }, days: { const: 3 } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
}
const ajv = addFormats(new Ajv({ strict: false }))
const validators = Object.fromEntries(tools.map(({ name, parameters }) => [name, ajv.compile(parameters)]))
const messages = [{ role: 'user', content: 'Go on.' }]

for (const [index, [name, format]] of Object.entries(formats).entries()) {
  describe(`A turn of ${name}, of a model with random weights`, function () {
    this.timeout(120_000)
    const turns = turnsOf(name)
    let folder
    let model

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'realm-turns-'))
      const path = join(folder, 'tiny.gguf')
      const { control, userDefined } = format
      const metadata = [['llama.context_length', 'u32', 4096]]
      writeFileSync(path, tinyLlama({ control, userDefined, metadata }))
      model = await loadModel(path)
    })
    after(async () => {
      await model?.dispose()
      rmSync(folder, { recursive: true })
    })

    /** Generates a turn; returns its events, and what the stream gave. */
    const generate = async (options, generation, goOn = (prompt) => prompt) => {
      const rendered = turns.render(messages, options)
      const { plain } = rendered
      const text = goOn(rendered.text)
      const turn = turns.turn({ prompt: text, ...options })
      const pieces = []
      const result = await runGeneration(
        model.engine,
        'generate',
        {
          prompt: { text, plain, special: true, addBos: false },
          options: { format: turn.format, maxTokens: 800, ...generation },
        },
        { onText: (piece) => pieces.push(piece) },
      )
      assert.equal(pieces.join(''), result.text)
      return { events: eventsOf(turn, pieces), result }
    }

    it('calls, and every call fits its schema', async () => {
      for (let seed = 1; seed <= rounds(4, 40); seed++) {
        const { events, result } = await generate(
          { tools, toolChoice: 'required', reasoning: format.thought ? { budget: 8 } : false },
          { temperature: 1.5, seed },
        )
        const calls = events.filter(({ type }) => type === 'toolCall')
        assert.ok(calls.length > 0, result.text)
        assert.equal(events.filter(({ type }) => type === 'toolCallStart').length, calls.length)
        for (const { name: called, arguments: args } of calls) {
          assert.ok(validators[called](args), JSON.stringify([result.text, validators[called].errors]))
        }
        assert.equal(result.finishReason, 'stop')
      }
    })

    it('calls as schemas of all kinds ask', async () => {
      const all = Object.entries(schemas)
      // A few of them a family; together the families have them all.
      for (let i = 0; i < rounds(2, 10 * all.length); i++) {
        const [called, parameters] = all[(2 * index + i) % all.length]
        const asked = { tools: [{ name: called, parameters }], toolChoice: 'required', reasoning: false }
        const { events, result } = await generate(asked, { temperature: 1.5, seed: i })
        const validate = ajv.compile(parameters)
        const calls = events.filter(({ type }) => type === 'toolCall')
        assert.ok(calls.length > 0, result.text)
        for (const { arguments: args } of calls) {
          assert.ok(validate(args), JSON.stringify([called, result.text, validate.errors]))
        }
      }
    })

    it('is what a model of the family writes, where a schema leaves no choice', async () => {
      const options = { tools: [fixed], toolChoice: { tool: 'get_weather' }, parallelToolCalls: false }
      const { events, result } = await generate(
        { ...options, reasoning: false },
        { temperature: 1.5, seed: 1 },
      )
      // Ids, quotes and one of two headers of a channel are the model's own choice.
      const same = (text) => text.replace(/id": "\w+"/, 'id": "…"').replaceAll('"', "'")
      const header = ' to=functions.get_weather<|channel|>commentary json<|message|>'
      const written = [format.one, format.one.replace(/^.*<\|message\|>/, header)].map(same)
      assert.ok(written.includes(same(result.text.trim())), result.text)
      assert.deepEqual(events.at(-1).arguments, { city: 'Zürich', days: 3 })
    })

    it('is free text without a call where none may come', async () => {
      const { events } = await generate(
        { tools, toolChoice: 'none', reasoning: false },
        { temperature: 1.5, seed: 3, maxTokens: 60 },
      )
      assert.deepEqual([...new Set(events.map(({ type }) => type))], ['text'])
    })

    it('has an answer in its format behind its thoughts', async () => {
      const answer = {
        schema: {
          type: 'object',
          properties: { n: { type: 'integer' } },
          required: ['n'],
          additionalProperties: false,
        },
      }
      for (let seed = 1; seed <= rounds(2, 10); seed++) {
        const { events, result } = await generate(
          { tools: [], reasoning: format.thought ? { budget: 6 } : undefined, answer },
          { temperature: 1.5, seed },
        )
        const text = events.find(({ type }) => type === 'text')?.text
        assert.equal(typeof JSON.parse(text).n, 'number', result.text)
        assert.equal(result.finishReason, 'stop')
      }
    })

    if (['mistral3', 'gemma4', 'cohere'].includes(name)) {
      it('shows its reader the markers of thoughts, which are control tokens, where it is bound to nothing', async () => {
        assert.deepEqual(Object.keys(turns.turn({ prompt: '' }).format), ['signs'])
        const marker = turns.reasoning.close
        const [id, ...others] = model.tokenize(marker, { special: true })
        assert.deepEqual(others, [])
        const { result } = await generate({}, { logitBias: { [id]: 100 }, temperature: 0, maxTokens: 2 })
        assert.equal(result.text, marker + marker)
      })
    }

    if (turns.reasoning !== undefined) {
      it('ends its thoughts at their budget', async () => {
        const begun = (prompt) => prompt + turns.reasoning.open
        const { events, result } = await generate(
          { reasoning: { budget: 12 } },
          { temperature: 1.5, seed: 2, maxTokens: 60 },
          begun,
        )
        // Behind it another thought may begin, which is left at once.
        const [first, second] = events.map(({ type }) => type)
        assert.deepEqual([first, second], ['reasoning', 'text'], result.text)
        const thought = result.text.slice(0, result.text.indexOf(turns.reasoning.close))
        assert.ok(model.tokenize(thought).length <= 12 + 3, thought)
      })
    }
  })
}
