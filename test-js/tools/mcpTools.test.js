import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { mcpTools } from '../../js-bindings/lib/tools/mcpTools.js'
import { scriptedModel } from '../chat/fixture/ScriptedModel.js'
import { refusal } from '../fixture/refusal.js'

const chatTemplate = readFileSync(new URL('../jinja/golden/templates/qwen3.jinja', import.meta.url), 'utf8')
const call = (name, n) => `<tool_call>\n{"name": "${name}", "arguments": {"n": ${n}}}\n</tool_call>`

describe('mcpTools', () => {
  const server = new McpServer({ name: 'numbers', version: '1.0.0' })
  const client = new Client({ name: 'realm', version: '1.0.0' })
  const inputSchema = { n: z.number().int() }
  server.registerTool(
    'double',
    { description: 'Doubles a number.', inputSchema, outputSchema: { twice: z.number() } },
    ({ n }) => ({ content: [{ type: 'text', text: String(2 * n) }], structuredContent: { twice: 2 * n } }),
  )
  server.registerTool('odd', { inputSchema }, ({ n }) => ({
    content: [
      { type: 'text', text: `${n} is odd` },
      { type: 'image', data: 'AA==', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'file:///a', name: 'a' },
    ],
    isError: n % 2 === 0,
  }))
  before(async () => {
    const [one, other] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(one), client.connect(other)])
  })
  after(() => client.close())

  it('are tools of a chat, which the server answers', async () => {
    const tools = await mcpTools(client)
    assert.deepEqual(Object.keys(tools), ['double', 'odd'])
    assert.equal(tools.double.description, 'Doubles a number.')
    assert.equal(tools.double.parameters.properties.n.type, 'integer')
    const turns = [`${call('double', 4)}\n${call('odd', 3)}\n${call('odd', 2)}`, 'Done.']
    const { model } = scriptedModel({ turns, chatTemplate })
    const chat = model.chat({ tools })
    await chat.send('x')
    assert.deepEqual(
      chat.messages.filter(({ role }) => role === 'tool').map(({ content }) => content.split('\n')),
      [
        ['{"twice":8}'],
        ['3 is odd', '[image of image/png, which a model of texts cannot read]', 'a file:///a'],
        [
          JSON.stringify({
            error: '2 is odd\n[image of image/png, which a model of texts cannot read]\na file:///a',
          }),
        ],
      ],
    )
  })

  it('refuse what is no client', async () => {
    await assert.rejects(mcpTools({}), refusal('INVALID_ARGUMENT', 'client'))
  })
})
