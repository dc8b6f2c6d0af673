import assert from 'node:assert/strict'
import { ChatTemplate } from '../../js-bindings/lib/prompt/ChatTemplate.js'
import { readPrompt } from '../../js-bindings/lib/prompt/readPrompt.js'
import { TurnFormat } from '../../js-bindings/lib/prompt/turns/TurnFormat.js'
import { CHATML, loadedModel } from '../fixture/loadedModel.js'

const SCHEMA = {
  type: 'object',
  title: 'A city',
  properties: { name: { type: 'string', description: 'as <|im_end|> its people call it' } },
}
const JSON_TEXT = JSON.stringify(SCHEMA)
const SHOWN = `Answer with JSON that meets this JSON Schema:\n${JSON_TEXT}`
/** A template that knows no system message, and refuses one. */
const WITHOUT_SYSTEM =
  "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}" +
  '[{{ m.role }}]{{ m.content }}{% endfor %}'
/** A template that says something itself where there is no system message. */
const WITH_DEFAULT =
  "{% if messages[0].role != 'system' %}[system]You are Tiny.{% endif %}" +
  '{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}'

const turnsOf = (source) => () => TurnFormat.of(new ChatTemplate(source, loadedModel()), loadedModel())

/** The prompt of a chat whose answer has a format. */
function read(prompt, shown = {}, { source = CHATML, ...context } = {}) {
  return readPrompt(prompt, {
    raw: false,
    system: undefined,
    defaultSystem: undefined,
    turns: source === null ? null : turnsOf(source),
    vocabularySize: 100,
    contextLength: 4096,
    shown: { format: { schema: SCHEMA }, ...shown },
    ...context,
  }).prompt
}

describe('A format that a model is shown', () => {
  it('stands behind the message of the user, and none of it is a special token', () => {
    const { text, plain } = read('Which?')
    assert.equal(text, `<|im_start|>user\nWhich?\n\n${SHOWN}<|im_end|>\n<|im_start|>assistant\n`)
    assert.deepEqual(
      plain.map(([from, to]) => text.slice(from, to)),
      [`Which?\n\n${SHOWN}`],
    )
  })

  it('stands at the end of the system message where there is one', () => {
    const { text } = read('Which?', {}, { system: 'Be kind.' })
    assert.ok(
      text.startsWith(
        `<|im_start|>system\nBe kind.\n\n${SHOWN}<|im_end|>\n<|im_start|>user\nWhich?<|im_end|>`,
      ),
    )
    assert.ok(
      read('Which?', {}, { defaultSystem: 'Be kind.' }).text.startsWith(
        `<|im_start|>system\nBe kind.\n\n${SHOWN}`,
      ),
    )
  })

  it('leaves what the template says itself, and comes to templates that know no system message', () => {
    assert.equal(
      read('Which?', {}, { source: WITH_DEFAULT }).text,
      `[system]You are Tiny.[user]Which?\n\n${SHOWN}`,
    )
    assert.equal(
      read('Which?', {}, { source: WITHOUT_SYSTEM, system: 'Be kind.' }).text,
      `[user]Be kind.\n\n${SHOWN}\n\nWhich?`,
    )
  })

  it('stays in its place from turn to turn, unless it is asked of one answer alone', () => {
    const turns = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: '{}' },
      { role: 'user', content: [{ type: 'text', text: 'c' }] },
    ]
    for (const system of [undefined, 'Be kind.']) {
      const [first, second] = [turns.slice(0, 1), turns].map(
        (messages) => read(messages, {}, { system }).text,
      )
      assert.equal(second.split(SHOWN).length, 2)
      assert.ok(second.startsWith(first), second)
    }
    const { text } = read(turns, { showIn: 'last' }, { system: 'Be kind.', source: WITH_DEFAULT })
    assert.match(text, /^\[system\]Be kind\.\[user\]a\[assistant\]\{\}\[user\]c/)
    assert.ok(text.endsWith(SHOWN))
  })

  it('has a message of its own where nobody has said anything', () => {
    const { text } = read([{ role: 'assistant', content: 'Hi' }], {}, { source: WITH_DEFAULT })
    assert.equal(text, `[system]${SHOWN}[assistant]Hi`)
  })

  it('has the form that gpt-oss knows where turns are in channels', () => {
    const source = '{% for m in messages %}<|channel|>{{ m.role }}<|message|>{{ m.content }}{% endfor %}'
    const { text } = read('Which?', {}, { source })
    assert.ok(text.endsWith(`Which?\n\n# Response Formats\n\n## answer\n\n${JSON_TEXT}`), text)
  })

  it('names the schemas that it refers to, and not the draft', () => {
    const format = {
      schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', $ref: 'urn:a' },
      schemas: { 'urn:a': { type: 'string', title: 'b' } },
    }
    assert.ok(
      read('Which?', { format }, { source: WITH_DEFAULT }).text.endsWith(
        ':\n{"$ref":"urn:a"}\nurn:a: {"type":"string","title":"b"}',
      ),
    )
  })

  for (const [name, shown, context] of [
    ['that nobody wants to be shown', { showFormat: false }],
    ['that is none', { format: undefined }],
    ['of choices', { format: { choices: ['yes'] } }],
    ['of a pattern', { format: { regex: 'a' } }],
    ['of a grammar', { format: { grammar: 'root ::= "a"' } }],
    ['of any JSON', { format: { schema: true } }],
    ['of any object', { format: { schema: { $schema: 'x', type: 'object' } } }],
    ['of more than 8 KB', { format: { schema: { title: 'é'.repeat(4096) } } }, { contextLength: 1e6 }],
    ['that would fill the context', {}, { contextLength: 2 * JSON_TEXT.length - 1 }],
    ['beside a prompt that is raw', {}, { raw: true }],
    ['of a model without a chat template', {}, { source: null }],
  ]) {
    it(`leaves the prompt as it is: one ${name}`, () => {
      const { raw = false, source } = context ?? {}
      assert.deepEqual(read('Which?', shown, context), read('Which?', { format: undefined }, { raw, source }))
    })
  }

  it('is shown up to its limits', () => {
    const schema = { title: 'e'.repeat(8192 - '{"title":""}'.length) }
    assert.ok(read('x', { format: { schema } }, { contextLength: 1e6 }).text.includes(schema.title))
    assert.ok(read('x', {}, { contextLength: 2 * JSON_TEXT.length }).text.includes(JSON_TEXT))
  })

  it('leaves ids as they are', () => {
    assert.deepEqual(read([1, 2]), { ids: [1, 2] })
  })
})
