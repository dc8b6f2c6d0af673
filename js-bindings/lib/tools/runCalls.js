import { onAbort, throwIfAborted } from '../errors/AbortError.js'

/** @import { MadeEvent } from '../generation/TextStream.js' */
/** @import { ChatMessage } from '../prompt/readMessages.js' */
/** @import { ToolCall } from '../types.d.ts' */
/** @import { Tool } from './readTools.js' */

/**
 * Has handlers answer calls, side by side. A handler that fails answers with its error, for the model to read.
 *
 * @param {readonly ToolCall[]} calls
 * @param {readonly Tool[]} tools those without a handler leave their calls to others
 * @param {{ signal: AbortSignal, onEvent?: (event: MadeEvent) => void }} listeners
 * @returns {Promise<ChatMessage[]>} the results, in the order of the calls
 * @throws {import('../errors/AbortError.js').AbortError} if the signal is aborted; handlers that do not heed it go on alone
 */
export async function runCalls(calls, tools, { signal, onEvent }) {
  throwIfAborted(signal)
  const answer = async (/** @type {ToolCall} */ call) => {
    const { id, name } = call
    const execute = tools.find((tool) => tool.name === name)?.execute
    if (execute === undefined) return []
    const { content, told } = await outcomeOf(async () => execute(call.arguments, { signal, id }))
    if (!signal.aborted) onEvent?.({ type: 'toolResult', id, name, ...told })
    return [{ role: /** @type {const} */ ('tool'), tool_call_id: id, name, content }]
  }
  /** @type {() => void} */
  let forget = () => undefined
  const aborted = new Promise((resolve) => {
    forget = onAbort(signal, () => resolve([]))
  })
  try {
    const results = await Promise.race([Promise.all(calls.map(answer)), aborted])
    throwIfAborted(signal)
    return results.flat()
  } finally {
    forget()
  }
}

/**
 * @param {() => Promise<unknown>} run
 * @returns {Promise<{ content: string, told: { result: unknown } | { error: unknown } }>} `content` as a model reads it
 */
async function outcomeOf(run) {
  try {
    const result = await run()
    return { content: asText(result), told: { result } }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { content: JSON.stringify({ error: message.toWellFormed() }), told: { error } }
  }
}

/** @param {unknown} result */
function asText(result) {
  const text = typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null')
  return text.toWellFormed()
}
