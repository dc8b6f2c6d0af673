import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createGuest } from '../../js-bindings/lib/createGuest.js'
import { AbortError } from '../../js-bindings/lib/errors/AbortError.js'
import { refusal } from '../fixture/refusal.js'
import { scriptedModel } from './fixture/ScriptedModel.js'

const chatTemplate = readFileSync(new URL('../jinja/golden/templates/qwen3.jinja', import.meta.url), 'utf8')
const scripted = (...turns) => scriptedModel({ turns, chatTemplate })

const call = (name, { n }) => `<tool_call>\n{"name": "${name}", "arguments": {"n": ${n}}}\n</tool_call>`
const number = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const double = { description: 'Doubles a number.', parameters: number, execute: ({ n }) => ({ n: 2 * n }) }

/** Events, with what is written joined. */
async function eventsOf(stream) {
  const events = []
  for await (const event of stream.events()) {
    const last = events.at(-1)
    if (last?.type === event.type && 'text' in event) last.text += event.text
    else if (last?.type === event.type && event.type === 'toolCallDelta') last.arguments += event.arguments
    else events.push({ ...event })
  }
  return events
}

describe('A chat with tools', () => {
  it('has a handler answer a call, and the model go on with the result', async () => {
    const { model, prompts } = scripted(`I look.\n${call('double', { n: 4 })}`, 'It is 8.')
    const chat = model.chat({ tools: { double } })
    const result = await chat.send('Double 4.')
    assert.equal(result.text, 'It is 8.')
    assert.equal(result.finishReason, 'stop')
    assert.equal(result.toolCalls, undefined)
    assert.equal(result.rounds, 2)
    assert.deepEqual(result.usage, { promptTokens: 20, cachedTokens: 8, completionTokens: 82 })
    const [{ id }] = chat.messages[1].tool_calls
    assert.deepEqual(chat.messages, [
      { role: 'user', content: 'Double 4.' },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [{ id, type: 'function', function: { name: 'double', arguments: { n: 4 } } }],
      },
      { role: 'tool', tool_call_id: id, name: 'double', content: '{"n":8}' },
      { role: 'assistant', content: 'It is 8.' },
    ])
    assert.deepEqual(result.messages, chat.messages)
    assert.match(prompts()[0], /"name": "double", "description": "Doubles a number\."/)
    assert.match(prompts().at(-1), /<tool_response>\n\{"n":8\}\n<\/tool_response>/)
  })

  it('tells of all that happens, in order', async () => {
    const { model } = scripted(
      `<think>\nTwice.\n</think>\n\nI look.\n${call('double', { n: 4 })}\n${call('double', { n: 5 })}`,
      'Done.',
    )
    const chat = model.chat({ tools: { double } })
    const events = await eventsOf(chat.stream('Double 4 and 5.'))
    const ids = events.filter(({ type }) => type === 'toolCall').map(({ id }) => id)
    assert.equal(new Set(ids).size, 2)
    const written = (index, n) => [
      { type: 'toolCallStart', index, id: ids[index], name: 'double' },
      { type: 'toolCallDelta', index, arguments: `{"n": ${n}}` },
      { type: 'toolCall', index, id: ids[index], name: 'double', arguments: { n } },
    ]
    const { result } = events.pop()
    assert.deepEqual(events, [
      { type: 'reasoning', text: 'Twice.' },
      { type: 'text', text: 'I look.' },
      ...written(0, 4),
      ...written(1, 5),
      { type: 'toolResult', id: ids[0], name: 'double', result: { n: 8 } },
      { type: 'toolResult', id: ids[1], name: 'double', result: { n: 10 } },
      { type: 'text', text: 'Done.' },
    ])
    assert.equal(result.text, 'Done.')
    assert.equal(result.usage.reasoningTokens, 'Twice.'.length)
    assert.equal(chat.messages[1].reasoning_content, 'Twice.')
    const { model: other } = scripted(`I look.\n${call('double', { n: 4 })}`, 'It is 8.')
    let text = ''
    for await (const piece of other.chat({ tools: { double } }).stream('x')) text += piece
    assert.equal(text, 'I look.It is 8.')
  })

  it('runs the calls of a turn side by side', async () => {
    const { model } = scripted(`${call('wait', { n: 1 })}\n${call('wait', { n: 2 })}`, 'Done.')
    const running = []
    let release
    const both = new Promise((resolve) => {
      release = resolve
    })
    const execute = async ({ n }) => {
      running.push(n)
      if (running.length === 2) release()
      await both
      return n
    }
    await model.chat({ tools: { wait: { parameters: number, execute } } }).send('x')
    assert.deepEqual(running, [1, 2])
  })

  it('tells the model of a handler that failed', async () => {
    const { model } = scripted(call('double', { n: 4 }), 'No.')
    const error = new Error('out of order')
    const execute = () => {
      throw error
    }
    const chat = model.chat({ tools: { double: { ...double, execute } } })
    const events = await eventsOf(chat.stream('x'))
    assert.equal(events.find(({ type }) => type === 'toolResult').error, error)
    assert.equal(chat.messages[2].content, '{"error":"out of order"}')
    const { model: other } = scripted(call('double', { n: 4 }), 'No.')
    const circular = {}
    circular.self = circular
    const odd = other.chat({ tools: { double: { ...double, execute: () => circular } } })
    await odd.send('x')
    assert.match(odd.messages[2].content, /^\{"error":".*circular/)
  })

  it('hands out the calls of tools without a handler, and goes on with their results', async () => {
    const turns = [`${call('double', { n: 4 })}\n${call('ask', { n: 5 })}`, 'Done.']
    const { model } = scripted(...turns)
    const chat = model.chat({ tools: { double, ask: { parameters: number } } })
    const result = await chat.send('x')
    assert.equal(result.finishReason, 'toolCalls')
    const [{ id, ...rest }] = result.toolCalls
    assert.deepEqual(rest, { name: 'ask', arguments: { n: 5 } })
    assert.equal(chat.messages.length, 3)
    await assert.rejects(chat.send('y'), refusal('INVALID_ARGUMENT', id, 'undo()'))
    await assert.rejects(
      chat.send({ role: 'tool', tool_call_id: 'none', content: '1' }),
      refusal('INVALID_ARGUMENT', 'tool_call_id: received "none"'),
    )
    const answer = { role: 'tool', tool_call_id: id, content: '10' }
    await assert.rejects(chat.send([answer, answer]), refusal('INVALID_ARGUMENT', 'tool_call_id'))
    const done = await chat.send(answer)
    assert.equal(done.text, 'Done.')
    assert.equal(chat.messages.length, 5)
    assert.equal(chat.undo().length, 5)
  })

  it('stops after so many rounds, and hands out the calls of the last', async () => {
    let runs = 0
    const execute = () => ++runs
    const { model } = scripted(...Array.from({ length: 3 }, () => call('double', { n: 1 })))
    const result = await model.chat({ tools: { double: { ...double, execute } }, maxRounds: 3 }).send('x')
    assert.equal(result.rounds, 3)
    assert.equal(runs, 2)
    assert.equal(result.finishReason, 'toolCalls')
    assert.equal(result.toolCalls.length, 1)
  })

  it('does not run the calls of a turn that was cut off', async () => {
    const text = `${call('double', { n: 1 })}\n<tool_call>\n{"name": "dou`
    const { model } = scripted({ text, finishReason: 'length' })
    const result = await model.chat({ tools: { double } }).send('x')
    assert.equal(result.finishReason, 'length')
    assert.equal(result.toolCalls.length, 1)
    assert.equal(result.rounds, 1)
  })

  it('has to call a tool in its first turn alone', async () => {
    const { model, bridge } = scripted(call('double', { n: 1 }), 'Done.')
    await model.chat({ tools: { double }, toolChoice: 'required' }).send('x')
    const formats = bridge.argsOf('generateSequence').map(({ options }) => JSON.stringify(options.format))
    assert.equal(formats.length, 2)
    assert.notEqual(formats[0], formats[1])
  })

  it('reads the schema of its answer in the same place in each round', async () => {
    const { model, bridge } = scripted(call('double', { n: 1 }), '{"n": 2}', '{"n": 2}')
    const format = { type: 'object', properties: { n: { type: 'integer', title: 'the double' } } }
    const chat = model.chat({ tools: { double: { ...double, execute: () => 2 } } })
    await chat.send('one', { format })
    await chat.send('two')
    const [first, second, third] = bridge.argsOf('encodePrompt').map(({ prompt }) => prompt.text)
    const shown = `one\n\nAnswer with JSON that meets this JSON Schema:\n${JSON.stringify(format)}`
    assert.ok(first.includes(shown), first)
    assert.ok(second.startsWith(first.slice(0, first.indexOf(shown) + shown.length)), second)
    assert.ok(!third.includes('JSON Schema:'), third)
  })

  it('is as it was where a handler is stopped, which hears of it', async () => {
    const { model } = scripted(call('double', { n: 1 }), 'Never.')
    const stopping = new AbortController()
    let heard
    const execute = (_, { signal }) => {
      heard = signal
      stopping.abort('enough')
      return new Promise(() => undefined)
    }
    const chat = model.chat({ tools: { double: { ...double, execute } } })
    await assert.rejects(
      chat.send('x', { signal: stopping.signal }),
      (error) => error instanceof AbortError && error.cause === 'enough',
    )
    assert.equal(heard.aborted, true)
    assert.deepEqual(chat.messages, [])
  })

  it('takes a guest as a handler', async function () {
    this.timeout(60_000)
    const guest = await createGuest({
      engine: 'graaljs',
      source: 'function double({ n }) { if (n > 10) throw new Error("too much"); return 2 * n }',
    })
    try {
      const { model } = scripted(`${call('double', { n: 4 })}\n${call('double', { n: 11 })}`, 'Done.')
      const chat = model.chat({ tools: { double: { ...double, execute: guest } } })
      await chat.send('x')
      assert.equal(chat.messages[2].content, '8')
      assert.match(chat.messages[3].content, /too much/)
    } finally {
      await guest.close()
    }
  })
})

describe('A turn with tools', () => {
  const handedOut = { double: { description: double.description, parameters: number } }
  const turn = `<think>Hm.</think>${call('double', { n: 4 })}`
  const expected = { reasoning: 'Hm.', text: '', finishReason: 'toolCalls' }

  it('is taken apart by generate, whose choices are, too', async () => {
    const { model } = scripted(turn, turn, turn)
    const messages = [{ role: 'user', content: 'Double 4.' }]
    const { toolCalls, usage, ...made } = await model.generate(messages, { tools: handedOut })
    const { reasoning, text, finishReason } = made
    assert.deepEqual({ reasoning, text, finishReason }, expected)
    assert.equal(usage.reasoningTokens, 'Hm.'.length)
    assert.deepEqual(
      toolCalls.map(({ name, arguments: args }) => [name, args]),
      [['double', { n: 4 }]],
    )
    const { choices, usage: all } = await model.generate(messages, { tools: handedOut, n: 2 })
    assert.equal(all.reasoningTokens, 2 * 'Hm.'.length)
    for (const choice of choices) {
      assert.equal(choice.reasoning, 'Hm.')
      assert.deepEqual(choice.toolCalls[0].arguments, { n: 4 })
      assert.equal(choice.finishReason, 'toolCalls')
    }
  })

  it('is streamed with the ids of its result', async () => {
    const { model } = scripted(turn)
    const stream = model.stream('Double 4.', { tools: handedOut })
    const events = await eventsOf(stream)
    const { result } = events.pop()
    assert.equal(result.toolCalls[0].id, events.at(-1).id)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['reasoning', 'toolCallStart', 'toolCallDelta', 'toolCall'],
    )
  })

  it('tells what an aborted one had thought', async () => {
    const { model } = scripted('<think>A long thought</think>')
    const stopping = new AbortController()
    const stream = model.stream('x', { signal: stopping.signal })
    const error = await (async () => {
      for await (const event of stream.events()) if (event.text?.includes('l')) stopping.abort()
    })().catch((reason) => reason)
    assert.ok(error instanceof AbortError)
    assert.match(error.result.reasoning, /^A l/)
    assert.equal(error.result.text, '')
    assert.equal(error.result.finishReason, 'abort')
  })

  it('has no handlers, and is none of a verbatim prompt', async () => {
    const { model } = scripted()
    const generate = (prompt, options) => model.generate(prompt, options)
    await assert.rejects(
      generate('x', { tools: { double } }),
      refusal('INVALID_ARGUMENT', 'tools.double.execute', 'model.chat()'),
    )
    await assert.rejects(
      generate('x', { tools: handedOut, raw: true }),
      refusal('INVALID_ARGUMENT', 'tools', 'verbatim'),
    )
    await assert.rejects(generate([1], { reasoning: false }), refusal('INVALID_ARGUMENT', 'reasoning'))
    await assert.rejects(
      generate('x', { toolChoice: 'required' }),
      refusal('INVALID_ARGUMENT', 'toolChoice', 'Give the tools'),
    )
    await assert.rejects(
      generate('x', { tools: handedOut, toolChoice: { tool: 'triple' } }),
      refusal('INVALID_ARGUMENT', 'toolChoice.tool', 'double'),
    )
    const plain = scriptedModel({ turns: [] }).model
    await assert.rejects(plain.generate('x', { reasoning: true }), refusal('INVALID_ARGUMENT', 'no thoughts'))
  })
})
