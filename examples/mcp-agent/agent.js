// Answers a question with the tools of an MCP server: node examples/mcp-agent/agent.js "What time is it in Paris?" [MODEL]

import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { loadModel, mcpTools } from 'realm-ai'

const [question, source = 'qwen3-0.6b'] = process.argv.slice(2)
if (question === undefined) {
  console.error('usage: node examples/mcp-agent/agent.js QUESTION [MODEL]')
  process.exit(2)
}

const model = await loadModel(source)
const client = new Client({ name: 'agent', version: '1.0.0' })
const server = fileURLToPath(new URL('server.js', import.meta.url))
await client.connect(new StdioClientTransport({ command: process.execPath, args: [server] }))
try {
  const chat = model.chat({
    tools: await mcpTools(client),
    toolChoice: 'required',
    parallelToolCalls: false,
    maxTokens: 200,
  })
  for await (const event of chat.stream(question).events()) {
    if (event.type === 'text') process.stdout.write(event.text)
    else if (event.type === 'toolCall')
      console.error(`calls ${event.name} ${JSON.stringify(event.arguments)}`)
    else if (event.type === 'toolResult')
      console.error('result' in event ? `is told ${event.result}` : `${event.error}`)
  }
  console.log()
} finally {
  await client.close()
  await model.dispose()
}
