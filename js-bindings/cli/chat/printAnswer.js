import { printable } from '../terminal/print.js'

/** @import { TextStream } from '../../lib/generation/TextStream.js' */
/** @import { ChatResult } from '../../lib/types.d.ts' */

/** @typedef {{ write(text: string): unknown, isTTY?: boolean }} Output */

/** The most characters of a tool's result that are shown. */
const SHOWN = 200

/**
 * Prints an answer as it comes: its text, and at a terminal its thoughts, its calls of tools with their results, and how
 * quick it was, all of these dimmed.
 *
 * @param {TextStream<ChatResult>} stream
 * @param {Output} [output] default: standard output
 */
export async function printAnswer(stream, output = process.stdout) {
  const isSeen = output.isTTY === true
  /** What stands on the line that was begun; empty on a new one. */
  let line = ''
  const write = (/** @type {string} */ text, dims = false) => {
    if (text === '') return
    output.write(dims ? `\x1b[2m${text}\x1b[22m` : text)
    line = text.endsWith('\n') ? '' : text
  }
  const beginLine = () => line !== '' && write('\n')
  let isBegun = false
  let thinks = false
  try {
    for await (const event of stream.events()) {
      if (event.type === 'text') {
        if (thinks) beginLine()
        thinks = false
        isBegun ||= event.text !== ''
        write(event.text)
      } else if (!isSeen) {
        // A pipe gets the text alone.
      } else if (event.type === 'reasoning') {
        if (!thinks) beginLine()
        thinks = true
        write(event.text, true)
      } else if (event.type === 'toolCall') {
        beginLine()
        write(`${printable(`${event.name}(${JSON.stringify(event.arguments)})`)}\n`, true)
      } else if (event.type === 'toolResult') {
        beginLine()
        write(`${printable(shown(event))}\n`, true)
      } else if (event.type === 'finish') {
        beginLine()
        write(`${speedOf(event.result)}\n`, true)
      }
    }
    if (!isBegun && !isSeen) output.write('\n')
  } finally {
    // A line that was begun is ended, whatever ended the text.
    beginLine()
  }
}

/** @param {{ name: string, result?: unknown, error?: unknown }} event */
function shown(event) {
  const text =
    'error' in event ? `failed: ${event.error}` : `gave ${JSON.stringify(event.result) ?? 'nothing'}`
  return `${event.name} ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`
}

/** @param {ChatResult} result */
function speedOf({ usage: { completionTokens }, timings: { decodeTokensPerSecond }, finishReason }) {
  const end = finishReason === 'length' ? ', cut off' : ''
  return `${completionTokens} tokens, ${decodeTokensPerSecond.toFixed(1)} a second${end}`
}
