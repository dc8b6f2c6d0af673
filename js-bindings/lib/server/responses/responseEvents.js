import {
  callItem,
  endedResponse,
  logprobsOf,
  messageItem,
  newId,
  reasoningItem,
  textPart,
} from './responseObject.js'

/** @import { StreamEvent } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */
/** @import { ResponseObject } from './responseObject.js' */

/**
 * The events of a response: one item is open at a time, and each is done before the end.
 *
 * @param {Call} call
 * @param {ResponseObject} begun
 * @param {AsyncIterable<StreamEvent>} made
 * @param {(ended: ResponseObject) => void} onEnd
 * @returns {AsyncGenerator<{ type: string, sequence_number: number, [field: string]: unknown }, void, void>}
 */
export async function* responseEvents(call, begun, made, onEnd) {
  let sequence = 0
  const numbered = (/** @type {{ type: string }} */ event) => ({ ...event, sequence_number: sequence++ })
  let isBegun = false
  const items = new OpenItems()
  for await (const event of made) {
    if (!isBegun) {
      yield numbered({ type: 'response.created', ...{ response: begun } })
      yield numbered({ type: 'response.in_progress', ...{ response: begun } })
      isBegun = true
    }
    for (const told of items.take(event)) yield numbered(told)
    if (event.type !== 'finish') continue
    const ended = endedResponse(begun, items.done, event.result.finishReason, call)
    onEnd(ended)
    yield numbered({
      type: ended.status === 'completed' ? 'response.completed' : 'response.incomplete',
      ...{ response: ended },
    })
  }
}

/** The items of an answer, as they open and are done. */
class OpenItems {
  /** Those that are done. @type {object[]} */
  done = []
  /** The one that is open. @type {{ kind: string, id: string, text: string, logprobs: object[], call: { id: string, name: string } } | undefined} */
  #open;

  /**
   * @param {StreamEvent} event
   * @returns {Generator<{ type: string, [field: string]: unknown }>}
   */
  *take(event) {
    if (event.type === 'text' && (event.text !== '' || event.logprobs !== undefined)) {
      yield* this.#begin('message')
      const logprobs = logprobsOf(event.logprobs)
      this.#add(event.text, logprobs)
      yield {
        type: 'response.output_text.delta',
        ...this.#place,
        content_index: 0,
        delta: event.text,
        logprobs,
      }
    } else if (event.type === 'reasoning') {
      yield* this.#begin('reasoning')
      this.#add(event.text)
      yield {
        type: 'response.reasoning_summary_text.delta',
        ...this.#place,
        summary_index: 0,
        delta: event.text,
      }
    } else if (event.type === 'toolCallStart') {
      yield* this.#begin('call', event)
    } else if (event.type === 'toolCallDelta') {
      this.#add(event.arguments)
      yield { type: 'response.function_call_arguments.delta', ...this.#place, delta: event.arguments }
    } else if (event.type === 'finish') {
      // An answer of no words is one all the same.
      if (this.done.length === 0 && this.#open === undefined) yield* this.#begin('message')
      yield* this.#end()
    }
  }

  /** @param {string} text @param {object[]} [logprobs] */
  #add(text, logprobs = []) {
    if (this.#open === undefined) return
    this.#open.text += text
    this.#open.logprobs.push(...logprobs)
  }

  get #place() {
    return { item_id: this.#open?.id, output_index: this.done.length }
  }

  /**
   * @param {'message' | 'reasoning' | 'call'} kind
   * @param {{ id: string, name: string }} [call]
   * @returns {Generator<{ type: string, [field: string]: unknown }>}
   */
  *#begin(kind, call = { id: '', name: '' }) {
    if (this.#open?.kind === kind && kind !== 'call') return
    yield* this.#end()
    const id = newId({ message: 'msg', reasoning: 'rs', call: 'fc' }[kind])
    this.#open = { kind, id, text: '', logprobs: [], call }
    const item =
      kind === 'message'
        ? messageItem(id, [], 'in_progress')
        : kind === 'reasoning'
          ? reasoningItem(id, '')
          : callItem(id, call, '', 'in_progress')
    yield { type: 'response.output_item.added', output_index: this.done.length, item }
    if (kind === 'message')
      yield { type: 'response.content_part.added', ...this.#place, content_index: 0, part: textPart('') }
    if (kind === 'reasoning') {
      yield {
        type: 'response.reasoning_summary_part.added',
        ...this.#place,
        summary_index: 0,
        part: { type: 'summary_text', text: '' },
      }
    }
  }

  /** @returns {Generator<{ type: string, [field: string]: unknown }>} */
  *#end() {
    if (this.#open === undefined) return
    const { kind, id, text, logprobs, call } = this.#open
    const place = this.#place
    /** @type {object} */
    let item
    if (kind === 'message') {
      const part = textPart(text, logprobs)
      yield { type: 'response.output_text.done', ...place, content_index: 0, text, logprobs }
      yield { type: 'response.content_part.done', ...place, content_index: 0, part }
      item = messageItem(id, [part])
    } else if (kind === 'reasoning') {
      yield { type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text }
      yield {
        type: 'response.reasoning_summary_part.done',
        ...place,
        summary_index: 0,
        part: { type: 'summary_text', text },
      }
      item = reasoningItem(id, text)
    } else {
      yield { type: 'response.function_call_arguments.done', ...place, name: call.name, arguments: text }
      item = callItem(id, call, text)
    }
    yield { type: 'response.output_item.done', output_index: this.done.length, item }
    this.done.push(item)
    this.#open = undefined
  }
}
