import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { scriptedModel } from '../chat/fixture/ScriptedModel.js'
import { eventsOf } from './withServer.js'

const chatTemplate = readFileSync(new URL('../jinja/golden/templates/qwen3.jinja', import.meta.url), 'utf8')
const parameters = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const call = (/** @type {number} */ n) =>
  `<tool_call>\n{"name": "double", "arguments": {"n": ${n}}}\n</tool_call>`
const TURN = `<think>\nTwice.\n</think>\n\nI look.\n${call(4)}\n${call(5)}`
const messages = [{ role: 'user', content: 'Double 4 and 5.' }]

describe('Tools and thoughts', () => {
  /** @type {import('../../js-bindings/lib/server/types.d.ts').Handler} */
  let handler
  /** What the model was told last. @type {() => string} */
  let prompt

  beforeEach(() => {
    const { model, bridge } = scriptedModel({ turns: [TURN, TURN, TURN], chatTemplate })
    prompt = () => bridge.argsOf('generate').at(-1).prompt.text
    handler = createHandler({ models: { scripted: model } })
  })
  afterEach(() => handler.close())

  /** @param {string} path @param {object} body @param {number} [status] */
  async function ask(path, body, status = 200) {
    const response = await handler.fetch(
      new Request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body) }),
    )
    const text = await response.text()
    assert.equal(response.status, status, text)
    return { text, headers: response.headers }
  }
  const json = async (/** @type {string} */ path, /** @type {object} */ body, status = 200) =>
    JSON.parse((await ask(path, body, status)).text)
  const events = async (/** @type {string} */ path, /** @type {object} */ body) =>
    eventsOf((await ask(path, { ...body, stream: true })).text)

  describe('in chats', () => {
    const path = '/v1/chat/completions'
    const tools = [
      { type: 'function', function: { name: 'double', description: 'Doubles.', parameters, strict: true } },
    ]

    it('are parts of the message', async () => {
      const { choices, usage } = await json(path, { messages, tools })
      const [{ message, finish_reason }] = choices
      assert.equal(finish_reason, 'tool_calls')
      assert.equal(message.content, 'I look.')
      assert.equal(message.reasoning_content, 'Twice.')
      assert.deepEqual(
        message.tool_calls.map(({ type, function: called }) => ({ type, ...called })),
        [4, 5].map((n) => ({ type: 'function', name: 'double', arguments: `{"n":${n}}` })),
      )
      assert.equal(new Set(message.tool_calls.map(({ id }) => id)).size, 2)
      assert.equal(usage.completion_tokens_details.reasoning_tokens, 'Twice.'.length)
      assert.match(prompt(), /"name": "double", "description": "Doubles\."/)
    })

    it('are streamed: the name of a call once, its arguments in pieces', async () => {
      const chunks = (await events(path, { messages, tools })).slice(0, -1)
      const deltas = chunks.map(({ choices: [{ delta }] }) => delta)
      assert.equal(deltas.map(({ reasoning_content }) => reasoning_content ?? '').join(''), 'Twice.')
      assert.equal(
        deltas
          .map(({ content }) => content ?? '')
          .join('')
          .trim(),
        'I look.',
      )
      /** @type {any[]} */
      const calls = []
      for (const { index, id, type, function: called } of deltas.flatMap(
        ({ tool_calls = [] }) => tool_calls,
      )) {
        if (calls[index] === undefined) {
          assert.deepEqual([type, called.arguments, typeof id], ['function', '', 'string'])
          calls[index] = { ...called }
        } else {
          assert.deepEqual([type, id, called.name], [undefined, undefined, undefined])
          calls[index].arguments += called.arguments
        }
      }
      assert.deepEqual(
        calls.map(({ name, arguments: args }) => [name, JSON.parse(args)]),
        [4, 5].map((n) => ['double', { n }]),
      )
      assert.equal(chunks.at(-1).choices[0].finish_reason, 'tool_calls')
    })

    it('are replayed in the history', async () => {
      const { choices } = await json(path, { messages, tools })
      const { message } = choices[0]
      const results = message.tool_calls.map(({ id }) => ({
        role: 'tool',
        tool_call_id: id,
        content: 'fine',
      }))
      await json(path, { messages: [...messages, message, ...results], tools })
      assert.match(prompt(), /<tool_response>\nfine\n<\/tool_response>/)
    })

    it('are refused where they are wrong', async () => {
      for (const [change, param] of /** @type {[object, string][]} */ ([
        [{ tools: [{ type: 'custom', custom: { name: 'x' } }] }, 'tools[0].type'],
        [{ tools: [tools[0], tools[0]] }, 'tools[1]'],
        [{ tool_choice: 'required' }, 'tool_choice'],
        [{ tools, tool_choice: 'always' }, 'tool_choice'],
      ])) {
        assert.equal((await json(path, { messages, ...change }, 400)).error.param, param)
      }
      const unknown = { type: 'function', function: { name: 'triple' } }
      assert.equal(
        (await json(path, { messages, tools, tool_choice: unknown }, 400)).error.code,
        'INVALID_ARGUMENT',
      )
    })

    it('have an effort, which a model without thoughts ignores by name', async () => {
      await ask(path, { messages, reasoning_effort: 'none' })
      assert.match(prompt(), /<think>\n\n<\/think>/)
      const { model } = scriptedModel({ turns: ['Hello.'], chatTemplate: undefined })
      const plain = createHandler({ models: { plain: model } })
      const body = JSON.stringify({ messages, reasoning_effort: 'low' })
      const response = await plain.fetch(new Request(`http://localhost${path}`, { method: 'POST', body }))
      assert.deepEqual([response.status, response.headers.get('realm-ignored')], [200, 'reasoning_effort'])
      await plain.close()
    })
  })

  describe('in responses', () => {
    const tools = [{ type: 'function', name: 'double', parameters, strict: true }]
    const path = '/v1/responses'
    const input = 'Double 4 and 5.'

    it('are items, and go on from there', async () => {
      const { id, output, status } = await json(path, { input, tools })
      assert.equal(status, 'completed')
      assert.deepEqual(
        output.map(({ type }) => type),
        ['reasoning', 'message', 'function_call', 'function_call'],
      )
      assert.deepEqual(output[0].summary, [{ type: 'summary_text', text: 'Twice.' }])
      assert.deepEqual(JSON.parse(output[2].arguments), { n: 4 })
      const outputs = output
        .slice(2)
        .map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'fine' }))
      await json(path, { input: outputs, previous_response_id: id, tools })
      assert.match(prompt(), /"arguments": \{"n": 4\}/)
      assert.match(prompt(), /<tool_response>\nfine\n<\/tool_response>/)
    })

    it('are streamed, one item open at a time, under unchanging ids', async () => {
      const told = await events(path, { input, tools })
      /** @type {string | undefined} */
      let open
      for (const { type, item, item_id, output_index } of told) {
        if (type === 'response.output_item.added') {
          assert.equal(open, undefined)
          open = item.id
        } else if (type === 'response.output_item.done') {
          assert.equal(item.id, open)
          open = undefined
        } else if (item_id !== undefined) assert.equal(item_id, open)
        if (output_index !== undefined) assert.ok(output_index < 4)
      }
      const { response } = told.at(-1)
      assert.deepEqual(
        told.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item),
        response.output,
      )
      const done = told.filter(({ type }) => type === 'response.function_call_arguments.done')
      assert.deepEqual(
        done.map(({ arguments: args }) => JSON.parse(args)),
        [{ n: 4 }, { n: 5 }],
      )
    })

    it('of other types have no effect, and are named', async () => {
      const { headers } = await ask(path, {
        input,
        tools: [{ type: 'web_search' }, ...tools],
        reasoning: { effort: 'none' },
      })
      assert.equal(headers.get('realm-ignored'), 'tools[0]')
      assert.match(prompt(), /<think>\n\n<\/think>/)
    })
  })

  describe("in Anthropic's messages", () => {
    const tools = [{ name: 'double', description: 'Doubles.', input_schema: parameters }]
    const path = '/v1/messages'
    const asked = { messages, tools, max_tokens: 500 }

    it('are blocks', async () => {
      const { content, stop_reason } = await json(path, asked)
      assert.equal(stop_reason, 'tool_use')
      assert.deepEqual(
        content.map(({ id: _, signature: __, citations: ___, ...block }) => block),
        [
          { type: 'thinking', thinking: 'Twice.' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', name: 'double', input: { n: 4 } },
          { type: 'tool_use', name: 'double', input: { n: 5 } },
        ],
      )
    })

    it('are streamed, one block open at a time', async () => {
      const told = await events(path, asked)
      const starts = told.filter(({ type }) => type === 'content_block_start')
      assert.deepEqual(
        starts.map(({ index, content_block }) => [index, content_block.type]),
        [
          [0, 'thinking'],
          [1, 'text'],
          [2, 'tool_use'],
          [3, 'tool_use'],
        ],
      )
      let open = -1
      for (const { type, index } of told) {
        if (type === 'content_block_start') open = index
        else if (type?.startsWith('content_block')) assert.equal(index, open)
      }
      const json = told.filter(({ index }) => index === 3).map(({ delta }) => delta?.partial_json ?? '')
      assert.deepEqual(JSON.parse(json.join('')), { n: 5 })
      assert.equal(told.at(-2).delta.stop_reason, 'tool_use')
    })

    it("leave Anthropic's own tools alone, and count the tokens of the others", async () => {
      const { headers } = await ask(path, {
        ...asked,
        tools: [{ type: 'bash_20250124', name: 'bash' }, ...tools],
        thinking: { type: 'disabled' },
      })
      assert.equal(headers.get('realm-ignored'), 'tools[0]')
      assert.match(prompt(), /<think>\n\n<\/think>/)
    })
  })

  it("are parts of Ollama's messages, with arguments as an object", async () => {
    const tools = [{ type: 'function', function: { name: 'double', parameters } }]
    const { message } = await json('/api/chat', { model: 'scripted', messages, tools, stream: false })
    assert.equal(message.thinking, 'Twice.')
    assert.deepEqual(
      message.tool_calls.map(({ function: called }) => called),
      [4, 5].map((n) => ({ name: 'double', arguments: { n } })),
    )
    const { text } = await ask('/api/chat', { model: 'scripted', messages, tools })
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(lines.map(({ message }) => message.thinking ?? '').join(''), 'Twice.')
    assert.equal(lines.flatMap(({ message }) => message.tool_calls ?? []).length, 2)
    const generated = await json('/api/generate', {
      model: 'scripted',
      prompt: 'Hi',
      stream: false,
      think: false,
    })
    assert.match(prompt(), /<think>\n\n<\/think>/)
    assert.equal(typeof generated.response, 'string')
  })
})
