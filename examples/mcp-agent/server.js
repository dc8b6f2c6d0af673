// A server of the Model Context Protocol with one tool, which agent.js starts.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const server = new McpServer({ name: 'clock', version: '1.0.0' })
server.registerTool(
  'time',
  { description: 'The time in a zone, now.', inputSchema: { zone: z.enum(['Europe/Paris', 'Asia/Tokyo']) } },
  ({ zone }) => ({
    content: [{ type: 'text', text: new Date().toLocaleTimeString('en-GB', { timeZone: zone }) }],
  }),
)
await server.connect(new StdioServerTransport())
