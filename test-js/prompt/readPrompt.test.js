import assert from 'node:assert/strict'
import { ChatTemplate } from '../../js-bindings/lib/prompt/ChatTemplate.js'
import { readPrompt } from '../../js-bindings/lib/prompt/readPrompt.js'
import { TurnFormat } from '../../js-bindings/lib/prompt/turns/TurnFormat.js'
import { CHATML, loadedModel } from '../fixture/loadedModel.js'
import { refusal } from '../fixture/refusal.js'

const turnsOf = (source) => () => TurnFormat.of(new ChatTemplate(source, loadedModel()), loadedModel())
const read = (prompt, context = {}) =>
  readPrompt(prompt, {
    raw: false,
    system: undefined,
    defaultSystem: undefined,
    turns: turnsOf(CHATML),
    vocabularySize: 100,
    ...context,
  }).prompt
const refuses = (prompt, context, code, ...parts) =>
  assert.throws(() => read(prompt, context), refusal(code, ...parts))
const ANSWER = '<|im_start|>assistant\n'

describe('A prompt', () => {
  it('that is a string is one user message', () => {
    assert.deepEqual(read('Hi'), {
      text: `<|im_start|>user\nHi<|im_end|>\n${ANSWER}`,
      plain: [[17, 19]],
      special: true,
      addBos: true,
    })
    assert.equal(read('').text, `<|im_start|>user\n<|im_end|>\n${ANSWER}`)
  })

  it('that is a string is plain text where the model has no chat template', () => {
    assert.deepEqual(read('Hi <s>', { turns: null }), {
      text: 'Hi <s>',
      plain: [],
      special: false,
      addBos: true,
    })
  })

  it('that is raw is taken verbatim, with its special tokens', () => {
    const raw = { text: 'Hi <s>', plain: [], special: true, addBos: true }
    assert.deepEqual(read('Hi <s>', { raw: true }), raw)
    assert.deepEqual(read('Hi <s>', { raw: true, turns: null }), raw)
    assert.deepEqual(read('Hi <s>', { raw: true, defaultSystem: 'Be kind.' }), raw)
  })

  it('that is raw does not read the template at all', () => {
    assert.equal(read('Hi', { raw: true, turns: turnsOf('{% broken') }).text, 'Hi')
    assert.deepEqual(read([1], { turns: turnsOf('{% broken') }), { ids: [1] })
    refuses('Hi', { turns: turnsOf('{% broken') }, 'CHAT_TEMPLATE_ERROR', 'raw: true')
  })

  it('of messages is put together by the chat template', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c<s>' },
    ]
    const { text, plain } = read(messages)
    assert.equal(
      text,
      `<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<s><|im_end|>\n${ANSWER}`,
    )
    assert.deepEqual(
      plain.map(([start, end]) => text.slice(start, end)),
      ['a', 'b', 'c<s>'],
    )
  })

  it('has one BOS: none is added where the template writes it', () => {
    const turns = turnsOf('{{ bos_token }}{{ messages[0].content }}')
    assert.deepEqual(read('x', { turns }), {
      text: '<s>x',
      plain: [[3, 4]],
      special: true,
      addBos: false,
    })
  })

  it('that is a list of ids is taken as it is', () => {
    const ids = { ids: [0, 99, 5] }
    assert.deepEqual(read([0, 99, 5]), ids)
    assert.deepEqual(read(new Int32Array([0, 99, 5])), ids)
    assert.deepEqual(read(new Uint32Array([0, 99, 5]), { raw: true, defaultSystem: 'x' }), ids)
  })

  it('of ids has only ids of the vocabulary', () => {
    refuses([1, 100], {}, 'TOKEN_OUT_OF_RANGE', 'prompt[1]: received 100, expected an integer from 0 to 99')
    refuses([-1], {}, 'TOKEN_OUT_OF_RANGE', 'prompt[0]: received -1')
    refuses([2 ** 40], {}, 'TOKEN_OUT_OF_RANGE', 'received 1099511627776')
    refuses([1, 1.5], {}, 'INVALID_ARGUMENT', 'prompt[1]: received 1.5')
    refuses([1, Number.NaN], {}, 'INVALID_ARGUMENT', 'received NaN')
    refuses([1, '2'], {}, 'INVALID_ARGUMENT', 'received "2"')
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    refuses([1, , 2], {}, 'INVALID_ARGUMENT', 'prompt[1]: received undefined')
  })

  it('is not empty, nor anything else', () => {
    refuses([], {}, 'INVALID_ARGUMENT', 'prompt: received an empty array')
    refuses(new Int32Array(), {}, 'INVALID_ARGUMENT', 'prompt: received an Int32Array')
    for (const prompt of [
      undefined,
      null,
      5,
      true,
      {},
      { role: 'user', content: 'x' },
      new Float32Array(2),
      () => 1,
    ]) {
      refuses(
        prompt,
        {},
        'INVALID_ARGUMENT',
        'prompt: received',
        'a string, an array of messages, or an array of token',
      )
      refuses(prompt, { raw: true }, 'INVALID_ARGUMENT', 'prompt: received')
    }
  })

  it('has no lone surrogates', () => {
    refuses('a\ud83d', {}, 'INVALID_ARGUMENT', 'prompt', 'lone surrogate', 'toWellFormed')
    refuses('\ude00', { raw: true }, 'INVALID_ARGUMENT', 'lone surrogate')
    refuses(
      [{ role: 'user', content: '\ud83d' }],
      {},
      'INVALID_ARGUMENT',
      'messages[0].content',
      'lone surrogate',
    )
  })

  it('of messages has only well-made ones', () => {
    const message = { role: 'user', content: 'x' }
    refuses(
      [{ ...message, role: 'robot' }],
      {},
      'INVALID_ARGUMENT',
      'messages[0].role: received "robot"',
      'system, developer, user',
    )
    refuses([message, { content: 'x' }], {}, 'INVALID_ARGUMENT', 'messages[1].role: received undefined')
    refuses([{ role: 'user' }], {}, 'INVALID_ARGUMENT', 'messages[0].content: received undefined')
    refuses(
      [{ ...message, content: [{}] }],
      {},
      'INVALID_ARGUMENT',
      'messages[0].content[0].type: received undefined',
    )
    const image = { type: 'image_url', image_url: { url: 'data:,' } }
    refuses([{ ...message, content: [image] }], {}, 'INVALID_ARGUMENT', 'received "image_url"', 'text alone')
    refuses(
      [{ ...message, content: [{ type: 'text' }] }],
      {},
      'INVALID_ARGUMENT',
      'messages[0].content[0].text: received',
    )
    refuses(
      [{ ...message, content: null }],
      {},
      'INVALID_ARGUMENT',
      'messages[0].content: received null',
      'tool calls',
    )
    refuses([{ ...message, content: 5 }], {}, 'INVALID_ARGUMENT', 'messages[0].content: received 5')
    refuses([{ role: 'user', contents: 'y' }], {}, 'INVALID_ARGUMENT', 'Did you mean content by contents?')
    refuses([{ ...message, name: () => 1 }], {}, 'INVALID_ARGUMENT', 'messages[0].name: received a function')
    refuses(
      [{ ...message, x: { y: ['\ud83d'] } }],
      {},
      'INVALID_ARGUMENT',
      'messages[0].x.y[0]',
      'lone surrogate',
    )
    const endless = []
    endless.push(endless)
    refuses([{ ...message, x: endless }], {}, 'INVALID_ARGUMENT', 'at most 100 levels')
    refuses([message, 'x'], {}, 'INVALID_ARGUMENT', 'messages[1]: received "x", expected an object')
    refuses([message, null], {}, 'INVALID_ARGUMENT', 'messages[1]: received null')
    refuses([null], {}, 'INVALID_ARGUMENT', 'messages[0]: received null')
  })

  it('of messages has what clients send', () => {
    const dump = turnsOf('{{ messages | tojson }}')
    const seen = (...messages) => JSON.parse(read(messages, { turns: dump }).text)
    const user = { role: 'user', content: 'x' }
    assert.deepEqual(seen({ ...user, name: undefined, refusal: null, tool_calls: [], id: 7 }), [
      { ...user, id: 7 },
    ])
    assert.deepEqual(seen({ role: 'developer', content: 'D' }, user), [
      { role: 'system', content: 'D' },
      user,
    ])
    assert.deepEqual(seen({ role: 'function', name: 'f', content: '1' }), [
      { role: 'tool', content: '1', name: 'f' },
    ])
    const parts = [{ type: 'text', text: 'a', cache_control: null }, { type: 'input_text', text: 'b' }, 'c']
    assert.deepEqual(seen({ role: 'user', content: parts }), [{ role: 'user', content: 'a\nb\nc' }])
    const call = (args) => ({ id: '1', type: 'function', function: { name: 'f', arguments: args } })
    const [, assistant] = seen(user, { role: 'assistant', content: null, tool_calls: [call('{"a": [1]}')] })
    assert.deepEqual(assistant, { role: 'assistant', content: null, tool_calls: [call({ a: [1] })] })
    const [answer] = seen({ role: 'assistant', tool_calls: [call('not JSON')] })
    assert.deepEqual(answer.tool_calls, [call('not JSON')])
  })

  it('of messages has the variables of its template', () => {
    const turns = turnsOf('{{ enable_thinking }}{{ add_generation_prompt }}')
    const context = { turns, templateOptions: { enable_thinking: false }, addGenerationPrompt: false }
    assert.equal(read('x', context).text, 'FalseFalse')
  })

  it('of messages is ChatML where the model has no chat template, and is not raw', () => {
    const messages = [{ role: 'user', content: 'x' }]
    assert.equal(read(messages, { turns: null }).text, `<|im_start|>user\nx<|im_end|>\n${ANSWER}`)
    refuses(messages, { raw: true }, 'INVALID_ARGUMENT', 'raw: received true, expected false')
  })
})

describe('The system message of a prompt', () => {
  const systemOf = (prompt, context) => {
    const [, system] = read(prompt, context).text.match(/^<\|im_start\|>system\n(.*?)<\|im_end\|>/s) ?? []
    return system
  }
  const own = [
    { role: 'system', content: 'Own.' },
    { role: 'user', content: 'x' },
  ]

  it("is the catalog's, unless another one is set", () => {
    assert.equal(systemOf('Hi', {}), undefined)
    assert.equal(systemOf('Hi', { defaultSystem: 'Default.' }), 'Default.')
    assert.equal(systemOf('Hi', { defaultSystem: 'Default.', system: 'Set.' }), 'Set.')
    assert.equal(systemOf('Hi', { defaultSystem: 'Default.', system: '' }), undefined)
    assert.equal(systemOf(own.slice(1), { defaultSystem: 'Default.' }), 'Default.')
    assert.equal(systemOf(own, { defaultSystem: 'Default.' }), 'Own.')
  })

  it('is guarded against special texts like any other', () => {
    assert.equal(read('Hi', { system: '<s>' }).plain.length, 2)
  })

  it('is given once', () => {
    refuses(own, { system: 'Set.' }, 'INVALID_ARGUMENT', 'system: received "Set."', 'messages[0]')
    refuses(own, { system: '' }, 'INVALID_ARGUMENT', 'system: received ""')
  })

  it('needs a prompt that is a chat', () => {
    refuses(
      'Hi',
      { system: 'x', raw: true },
      'INVALID_ARGUMENT',
      'system: received "x"',
      'Leave out raw or system',
    )
    refuses('Hi', { system: 'x', turns: null }, 'INVALID_ARGUMENT', 'no chat template')
    refuses([1], { system: 'x' }, 'INVALID_ARGUMENT', 'messages instead of token ids')
    assert.deepEqual(read([1], { system: '' }), { ids: [1] })
  })
})
