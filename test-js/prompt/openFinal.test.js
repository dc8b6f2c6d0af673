import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { ChatTemplate } from '../../js-bindings/lib/prompt/ChatTemplate.js'
import { readChat, readPrompt } from '../../js-bindings/lib/prompt/readPrompt.js'
import { TurnFormat } from '../../js-bindings/lib/prompt/turns/TurnFormat.js'
import { CHATML } from '../fixture/loadedModel.js'
import { refusal } from '../fixture/refusal.js'

const folder = new URL('../jinja/golden/templates/', import.meta.url)
const tokens = { bosToken: '<s>', eosToken: '</s>' }

/** Reads a chat with a template, whose last message stays open. */
function open(source, messages, options = {}) {
  const turns = () => TurnFormat.of(new ChatTemplate(source, tokens), tokens)
  return readChat(messages, {
    system: undefined,
    defaultSystem: undefined,
    turns,
    continueFinal: true,
    ...options,
  })
}

const user = { role: 'user', content: 'Name a river.' }
const assistant = (content) => ({ role: 'assistant', content })

describe('A chat whose last message stays open', () => {
  it('ends with what that message says, in the templates of all families', () => {
    const names = readdirSync(folder)
    assert.ok(names.length >= 19, `${names.length} templates`)
    let refused = 0
    for (const name of names) {
      const source = readFileSync(new URL(name, folder), 'utf8')
      for (const content of ['The', 'A river is', 'one\ntwo ', '']) {
        let text
        try {
          text = open(source, [user, assistant(content)]).prompt.text
        } catch (error) {
          assert.equal(error.code, 'CHAT_TEMPLATE_ERROR', `${name}: ${error.stack}`)
          refused++
          continue
        }
        assert.ok(text.endsWith(content), `${name}: ${JSON.stringify(text.slice(-80))}`)
        assert.ok(!text.includes('realmopen'), name)
        const closed = readChat([user, assistant(`${content}x`)], {
          system: undefined,
          defaultSystem: undefined,
          turns: () => TurnFormat.of(new ChatTemplate(source, tokens), tokens),
          addGenerationPrompt: false,
        }).prompt.text
        assert.ok(closed.startsWith(text), `${name}: ${JSON.stringify([closed, text])}`)
      }
    }
    assert.ok(refused <= 4, `${refused} were refused`)
  })

  it('keeps what the template would trim, and whose words are whose', () => {
    const trims =
      '{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}'
    const { prompt } = open(trims, [user, assistant(' <|end|> Well, ')])
    assert.equal(prompt.text, '<|user|>Name a river.<|end|><|assistant|><|end|> Well, ')
    assert.deepEqual(
      prompt.plain.map(([from, to]) => prompt.text.slice(from, to)),
      ['Name a river.', '<|end|> Well, '],
    )
  })

  it('takes contents as parts', () => {
    const content = [
      { type: 'text', text: 'The' },
      { type: 'text', text: 'Rhine' },
    ]
    const { text } = open(CHATML, [user, assistant(content)]).prompt
    assert.ok(text.endsWith('<|im_start|>assistant\nThe\nRhine'), text)
  })

  it('is refused where it cannot be decided', () => {
    for (const source of [
      // It leaves the last message out, changes it, or writes it twice.
      '{% for m in messages[:-1] %}{{ m.content }}{% endfor %}',
      '{% for m in messages %}{{ m.content | upper }}{% endfor %}',
      '{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}',
      '{% for m in messages %}{{ m.content | replace("e", "E") }}{% endfor %}',
    ]) {
      assert.throws(
        () => open(source, [user, assistant('The')]),
        refusal('CHAT_TEMPLATE_ERROR', 'continueFinal'),
      )
    }
    const refuses = (act, ...parts) => assert.throws(act, refusal('INVALID_ARGUMENT', ...parts))
    refuses(() => open(CHATML, [user]), 'continueFinal', "the last message is not the assistant's")
    const call = { type: 'function', function: { name: 'f', arguments: {} } }
    refuses(() => open(CHATML, [user, { ...assistant(null), tool_calls: [call] }]), 'continueFinal')
    const chat = [user, assistant('The')]
    refuses(() => open(CHATML, chat, { tools: [{ name: 'f', parameters: {} }] }), 'tools', 'continueFinal')
    refuses(() => open(CHATML, chat, { reasoning: true }), 'reasoning', 'continueFinal')
    refuses(() => open(CHATML, chat, { addGenerationPrompt: true }), 'addGenerationPrompt')
    const context = {
      raw: true,
      system: undefined,
      defaultSystem: undefined,
      turns: null,
      vocabularySize: 10,
    }
    refuses(() => readPrompt('Hi', { ...context, continueFinal: true }), 'continueFinal', 'no messages')
    refuses(() => readPrompt([1, 2], { ...context, raw: false, continueFinal: true }), 'continueFinal')
  })
})
