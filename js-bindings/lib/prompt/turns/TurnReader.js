import { CharacterSource } from './CharacterSource.js'
import { readCalls } from './readCalls.js'
import { hasTag, startOf } from './turnGrammar.js'

/** @import { CallForm } from './callForms.js' */
/** @import { Reads } from './CharacterSource.js' */
/** @import { TurnTool } from './TurnFormat.js' */

/**
 * A piece of a turn. The pieces of a call's `arguments` are JSON, in whatever form the model writes them.
 *
 * @typedef {{ type: 'text', text: string } | { type: 'reasoning', text: string }
 *   | { type: 'toolCallStart', index: number, id: string, name: string }
 *   | { type: 'toolCallDelta', index: number, arguments: string }
 *   | { type: 'toolCall', index: number, id: string, name: string, arguments: Record<string, unknown> }} TurnEvent
 */

/**
 * What a reader has to know of the turn.
 *
 * @typedef {object} Reading
 * @property {{ open: string, close: string } | undefined} reasoning
 * @property {{ open: string, close: string } | undefined} said what stands around the text of an answer
 * @property {CallForm | undefined} calls
 * @property {readonly TurnTool[]} tools
 * @property {boolean} inThought whether the prompt has begun a thought
 * @property {() => string} newId makes ids of calls to which the model gives none
 */

/** @typedef {(event: TurnEvent) => void} Emit */

/**
 * Reads a turn as it is written, character by character: each event is given as soon as nothing that comes can change it.
 * However the text is cut into pieces, the events are the same but for where a text, a thought or arguments are cut.
 */
export class TurnReader {
  /** @type {TurnEvent[]} */
  #events = []
  #machine
  #ended = false

  /** @param {(source: CharacterSource, emit: Emit) => Reads<void>} read */
  constructor(read) {
    this.#machine = read(new CharacterSource(), (event) => this.#emit(event))
    this.#machine.next('')
  }

  /**
   * Takes the next piece of the text.
   *
   * @param {string} text whole characters
   * @returns {TurnEvent[]}
   */
  push(text) {
    for (const character of text) this.#machine.next(character)
    return this.#take()
  }

  /**
   * Says that nothing more comes.
   *
   * @returns {TurnEvent[]} what was held back; a call that was cut off is not among it
   */
  end() {
    for (; !this.#ended; this.#ended = this.#machine.next('').done === true);
    return this.#take()
  }

  #take() {
    const events = this.#events
    this.#events = []
    return events
  }

  /** @param {TurnEvent} event */
  #emit(event) {
    const last = this.#events.at(-1)
    if (event.type === 'toolCallDelta' && last?.type === 'toolCallDelta') last.arguments += event.arguments
    else if (event.type === 'text' && last?.type === 'text') last.text += event.text
    else if (event.type === 'reasoning' && last?.type === 'reasoning') last.text += event.text
    else this.#events.push(event)
  }
}

/**
 * Reads turns of thoughts between markers, text and calls.
 *
 * @param {Reading} reading
 * @returns {(source: CharacterSource, emit: Emit) => Reads<void>}
 */
export function readTurn({ reasoning, said, calls, tools, inThought, newId }) {
  return function* (source, emit) {
    const triggers = calls === undefined ? [] : triggersOf(calls, tools)
    const markers = [reasoning?.open, said?.open, ...triggers].filter((marker) => marker !== undefined)
    const onText = (/** @type {string} */ text) => emit({ type: 'text', text })
    const onThought = (/** @type {string} */ text) => emit({ type: 'reasoning', text })
    let found = inThought ? reasoning?.open : undefined
    let skips = inThought
    for (let index = 0; ; ) {
      if (found !== undefined && found === reasoning?.open) {
        const spaces = { skips: true, trims: true }
        if ((yield* source.until([reasoning.close], onThought, spaces)) === undefined) return
      }
      found = yield* source.until(markers, onText, { skips, trims: true })
      if (found === undefined) return
      skips = true
      if (found === said?.open) {
        if ((yield* source.until([said.close], onText)) === undefined) return
        continue
      }
      if (calls !== undefined && found !== reasoning?.open) {
        source.unread(found)
        const read = yield* readCalls(source, { calls, tools, newId, emit, index })
        // What is left of a call that was cut off is dropped; a sign that opens none is text.
        if (source.hasEnded) return
        if (read === undefined && (yield* source.expect(found))) onText(found)
        index = read ?? index
      }
    }
  }
}

/**
 * Where text ends since a call begins.
 *
 * @param {CallForm} calls
 * @param {readonly TurnTool[]} tools
 */
function triggersOf(calls, tools) {
  return hasTag(calls) ? [calls.trigger] : tools.map((tool) => startOf(calls, tool))
}
