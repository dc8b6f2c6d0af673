import { invalidArgument } from '../arguments/checks.js'

/** @import { Tool, ToolContext } from '../types.d.ts' */

/**
 * What this needs of a client of `@modelcontextprotocol/sdk` that is connected.
 *
 * @typedef {object} McpClient
 * @property {(params?: { cursor?: string }, options?: { signal?: AbortSignal }) => Promise<{ tools: McpTool[], nextCursor?: string }>} listTools
 * @property {(params: { name: string, arguments?: Record<string, unknown> }, schema?: undefined, options?: { signal?: AbortSignal }) => Promise<any>} callTool
 */

/** @typedef {{ name: string, description?: string, inputSchema: any }} McpTool */

/**
 * The tools of a server of the Model Context Protocol, as chats take them: `model.chat({ tools: await mcpTools(client) })`.
 * Their handlers call the server; what it says is an error becomes one that the model reads.
 *
 * @param {McpClient} client connected
 * @param {{ signal?: AbortSignal }} [options] `signal`: stops the listing; default: none
 * @returns {Promise<Record<string, Required<Tool>>>}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`; or as the client does
 */
export async function mcpTools(client, { signal } = {}) {
  if (typeof client?.listTools !== 'function' || typeof client.callTool !== 'function') {
    throw invalidArgument('client', client, 'a Client of @modelcontextprotocol/sdk that is connected')
  }
  /** @type {McpTool[]} */
  const tools = []
  /** @type {string | undefined} */
  let cursor
  do {
    const page = await client.listTools(cursor === undefined ? undefined : { cursor }, { signal })
    tools.push(...page.tools)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return Object.fromEntries(
    tools.map(({ name, description = '', inputSchema }) => {
      const execute = async (/** @type {any} */ args, /** @type {ToolContext} */ context) =>
        readResult(await client.callTool({ name, arguments: args }, undefined, { signal: context.signal }))
      return [name, { description, parameters: inputSchema, execute }]
    }),
  )
}

/**
 * @param {{ content?: { type: string, [field: string]: unknown }[], structuredContent?: unknown, isError?: boolean }} result
 * @returns {unknown} what a model reads: the structured content, or the texts; of other content what kind it is
 */
function readResult({ content = [], structuredContent, isError }) {
  const text = content.map(readBlock).join('\n')
  if (isError) throw new Error(text)
  return structuredContent ?? text
}

/** @param {{ type: string, [field: string]: any }} block */
function readBlock({ type, ...block }) {
  if (type === 'text') return String(block.text)
  if (type === 'resource' && block.resource?.text !== undefined) return String(block.resource.text)
  if (type === 'resource_link') return `${block.name ?? ''} ${block.uri}`.trim()
  return `[${type}${block.mimeType === undefined ? '' : ` of ${block.mimeType}`}, which a model of texts cannot read]`
}
