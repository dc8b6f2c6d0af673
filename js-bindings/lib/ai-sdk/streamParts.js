import { finishReasonOf, usageOf } from './results.js'

/** @import { LanguageModelV4StreamPart } from '@ai-sdk/provider' */
/** @import { StreamEvent } from '../types.d.ts' */

/**
 * The events of a stream as parts of the AI SDK: pieces of text and of thoughts are in blocks that begin and end.
 *
 * @param {AsyncGenerator<StreamEvent, void, void>} events
 * @returns {AsyncGenerator<LanguageModelV4StreamPart, void, void>}
 */
export async function* streamParts(events) {
  /** @type {{ type: 'text' | 'reasoning', id: string } | undefined} */
  let block
  let blocks = 0
  /** @type {string[]} ids of the calls, by their places */
  const calls = []
  for await (const event of events) {
    const isPiece = event.type === 'text' || event.type === 'reasoning'
    if (isPiece && event.text === '') continue
    if (block !== undefined && block.type !== event.type) {
      yield { type: `${block.type}-end`, id: block.id }
      block = undefined
    }
    switch (event.type) {
      case 'text':
      case 'reasoning':
        if (block === undefined) {
          block = { type: event.type, id: String(blocks++) }
          yield { type: `${event.type}-start`, id: block.id }
        }
        yield { type: `${event.type}-delta`, id: block.id, delta: event.text }
        break
      case 'toolCallStart':
        calls[event.index] = event.id
        yield { type: 'tool-input-start', id: event.id, toolName: event.name }
        break
      case 'toolCallDelta':
        yield { type: 'tool-input-delta', id: calls[event.index], delta: event.arguments }
        break
      case 'toolCall':
        yield { type: 'tool-input-end', id: event.id }
        yield {
          type: 'tool-call',
          toolCallId: event.id,
          toolName: event.name,
          input: JSON.stringify(event.arguments),
        }
        break
      case 'finish':
        yield {
          type: 'finish',
          finishReason: finishReasonOf(event.result),
          usage: usageOf(event.result),
        }
        break
      default:
      // Nothing else comes of a model that runs no handlers.
    }
  }
}
