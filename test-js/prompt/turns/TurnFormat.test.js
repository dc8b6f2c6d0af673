import assert from 'node:assert/strict'
import { CHATML, ChatTemplate } from '../../../js-bindings/lib/prompt/ChatTemplate.js'
import { TurnFormat } from '../../../js-bindings/lib/prompt/turns/TurnFormat.js'

const weather = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

/** The events of a text that comes in pieces of so many characters, joined where only the cut differs. */
function eventsOf(turn, text, size) {
  const reader = turn.reader()
  const events = []
  for (let at = 0; at < text.length; at += size) events.push(...reader.push(text.slice(at, at + size)))
  events.push(...reader.end())
  const joined = []
  for (const event of events) {
    const last = joined.at(-1)
    if (last?.type === event.type && 'text' in event) last.text += event.text
    else if (last?.type === event.type && event.type === 'toolCallDelta') last.arguments += event.arguments
    else joined.push({ ...event })
  }
  return joined
}

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
      assert.deepEqual(eventsOf(turn, text, size), [
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

  it('are free where there is nothing to hold them to', () => {
    const turn = turns.turn({ prompt: '' })
    assert.equal(turn.format, undefined)
    const text = 'Hello <tool_call> \n'
    assert.deepEqual(eventsOf(turn, text, 1), [{ type: 'text', text }])
  })
})
