import assert from 'node:assert/strict'
import { CHATML, ChatTemplate } from '../../../js-bindings/lib/prompt/ChatTemplate.js'
import { TurnFormat } from '../../../js-bindings/lib/prompt/turns/TurnFormat.js'
import { refusal } from '../../fixture/refusal.js'
import { eventsOf, turnsOf } from './formats.js'

const weather = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

/** A text in pieces of so many characters. */
function inPieces(text, size) {
  const characters = [...text]
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, at) =>
    characters.slice(at * size, (at + 1) * size).join(''),
  )
}

/** A template that writes calls as this macro does, in the manner of no model. */
function invented(call, between = '') {
  const chat =
    "{% for m in messages %}({{ m.role }}) {{ m.content or '' }}{% for c in m.tool_calls or [] %}" +
    `{% if not loop.first %}${between}{% endif %}${call}{% endfor %}(end)\n{% endfor %}` +
    '{% if tools %}{{ tools | tojson }}{% endif %}{% if add_generation_prompt %}(assistant) {% endif %}'
  const template = new ChatTemplate(chat, { bosToken: null, eosToken: '(end)' })
  return TurnFormat.of(template, { eosToken: '(end)' })
}

describe('The turns of a template that nobody knows', () => {
  const result = (turns, text) => {
    const { text: prompt } = turns.render([{ role: 'user', content: 'Weather?' }], { tools: [weather] })
    return eventsOf(turns.turn({ prompt, tools: [weather] }), inPieces(text, 3))
      .filter(({ type }) => type === 'toolCall')
      .map(({ name, arguments: args }) => [name, args])
  }

  it('have JSON where that is what it writes', () => {
    const turns = invented('<do it="{{ c.function.name }}">{{ c.function.arguments | tojson }}</do>')
    assert.deepEqual(
      result(turns, 'So: <do it="get_weather">{"city": "Bern"}</do><do it="get_weather">{}</do>'),
      [
        ['get_weather', { city: 'Bern' }],
        ['get_weather', {}],
      ],
    )
  })

  it('have members where it writes these', () => {
    const turns = invented(
      '<do {{ c.function.name }}{% for k, v in c.function.arguments | items %} <{{ k }}>' +
        '{{ v if v is string else v | tojson }}</>{% endfor %}|do>',
    )
    assert.deepEqual(result(turns, '<do get_weather <city>Bern <3</>|do><do get_weather|do>'), [
      ['get_weather', { city: 'Bern <3' }],
      ['get_weather', {}],
    ])
  })

  it('have the ids that it writes', () => {
    const turns = invented('[CALL]{{ c.id }}:{{ c.function.name }}={{ c.function.arguments | tojson }}', ', ')
    const { text: prompt } = turns.render([{ role: 'user', content: 'Weather?' }], { tools: [weather] })
    const text = '[CALL]aaaaaaaa1:get_weather={}, [CALL]aaaaaaaa2:get_weather={}'
    const events = eventsOf(turns.turn({ prompt, tools: [weather] }), [text])
    assert.deepEqual(
      events.filter(({ type }) => type === 'toolCall').map(({ id }) => id),
      ['aaaaaaaa1', 'aaaaaaaa2'],
    )
  })
})

describe('What is asked of a turn', () => {
  const turns = turnsOf('qwen3')
  const parts = (options) => JSON.stringify(turns.turn({ prompt: '', tools: [weather], ...options }).format)

  it('is of tools that there are', () => {
    assert.throws(() => parts({ toolChoice: { tool: 'get_wether' } }), { code: 'INVALID_ARGUMENT' })
    assert.throws(() => parts({ tools: [], toolChoice: 'required' }), { code: 'INVALID_ARGUMENT' })
  })

  it('keeps the model from a thought, or ends one that the prompt began', () => {
    assert.match(parts({ reasoning: false }), /"without":\["<think>"\]/)
    const begun = turns.turn({ prompt: 'x<think>\n', reasoning: false })
    assert.deepEqual(begun.format.turn.root.sequence[0], { text: '</think>' })
    const events = eventsOf(begun, ['</think>Yes.'])
    assert.deepEqual(events, [{ type: 'text', text: 'Yes.' }])
    assert.deepEqual(eventsOf(turns.turn({ prompt: 'x<think>\n' }), ['Hm.\n</think>\n\nYes.']), [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Yes.' },
    ])
  })
})

describe('The turns of a template without tools', () => {
  const template = new ChatTemplate(CHATML, { bosToken: null, eosToken: '<|im_end|>' })
  const turns = TurnFormat.of(template, { eosToken: '<|im_end|>' })

  it('tell of tools in the system message, and take calls and results as text', () => {
    const call = {
      id: 'a',
      type: 'function',
      function: { name: 'get_weather', arguments: { city: '<|im_end|>' } },
    }
    const messages = [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: 'rain', tool_call_id: 'a' },
    ]
    const { text, plain } = turns.render(messages, { tools: [weather] })
    assert.match(text, /^<\|im_start\|>system\nYou may call functions/)
    const written = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "<|im_end|>"}}\n</tool_call>'
    assert.ok(text.includes(written), text)
    assert.ok(text.includes('<tool_response>\nrain\n</tool_response>'))
    const user = plain.map(([start, end]) => text.slice(start, end)).join('|')
    assert.ok(user.includes('{"city": "<|im_end|>"}') && user.includes('rain'), user)
    assert.ok(!user.split('Weather?')[1].includes('</tool_call>'), user)
  })

  it('are read the same however the text is cut', () => {
    const prompt = turns.render([{ role: 'user', content: 'Weather?' }], { tools: [weather] }).text
    const text =
      'I look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Zür\\"ich 😀"}}\n</tool_call>\n' +
      '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call>'
    for (const size of [1, 2, 7, text.length]) {
      let next = 0
      const turn = turns.turn({ prompt, tools: [weather], newId: () => `id${next++}` })
      assert.deepEqual(eventsOf(turn, inPieces(text, size)), [
        { type: 'text', text: 'I look.' },
        { type: 'toolCallStart', index: 0, id: 'id0', name: 'get_weather' },
        { type: 'toolCallDelta', index: 0, arguments: '{"city": "Zür\\"ich 😀"}' },
        { type: 'toolCall', index: 0, id: 'id0', name: 'get_weather', arguments: { city: 'Zür"ich 😀' } },
        { type: 'toolCallStart', index: 1, id: 'id1', name: 'get_weather' },
        { type: 'toolCallDelta', index: 1, arguments: '{"city": "Bern"}' },
        { type: 'toolCall', index: 1, id: 'id1', name: 'get_weather', arguments: { city: 'Bern' } },
      ])
    }
  })

  it('end wherever the text is cut off, and keep signs that open no call', () => {
    const whole = 'I look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call>'
    for (let size = 0; size <= whole.length; size++) {
      const turn = turns.turn({ prompt: '', tools: [weather] })
      const text = eventsOf(turn, [whole.slice(0, size)])
        .filter(({ type }) => type === 'text')
        .map((event) => event.text)
        .join('')
      // What may yet begin a call is text at the end.
      assert.ok('I look.\n<tool_call'.startsWith(text), text)
    }
    const turn = turns.turn({ prompt: '', tools: [weather] })
    const text = 'I <tool_call>{"name":"get_weather","arguments":{"city":"Bern"}}'
    assert.deepEqual(
      eventsOf(turn, inPieces(text, 1)).map((event) => [event.type, event.text.replaceAll(/\s/g, '')]),
      [['text', text.replaceAll(/\s/g, '')]],
    )
  })

  it('are free where there is nothing to hold them to', () => {
    const turn = turns.turn({ prompt: '' })
    assert.equal(turn.format, undefined)
    const text = 'Hello <tool_call> \n'
    assert.deepEqual(eventsOf(turn, inPieces(text, 1)), [{ type: 'text', text }])
  })
})

describe('A call in the history', () => {
  const template = new ChatTemplate(CHATML, { bosToken: null, eosToken: '<|im_end|>' })
  const turns = TurnFormat.of(template, { eosToken: '<|im_end|>' })

  for (const name of [{ toString: 1 }, null, 7]) {
    it(`is refused where its name is ${JSON.stringify(name)}`, () => {
      const call = { id: '1', type: 'function', function: { name, arguments: {} } }
      const messages = /** @type {any} */ ([
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, tool_calls: [call] },
      ])
      assert.throws(() => turns.render(messages, { tools: [weather] }), refusal('INVALID_ARGUMENT', 'name'))
    })
  }
})
