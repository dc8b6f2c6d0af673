import { AbortError } from '../errors/AbortError.js'
import { formatValue } from './format.js'

/** @import { Turn } from '../prompt/turns/Turn.js' */
/** @import { TurnEvent } from '../prompt/turns/TurnReader.js' */
/** @import { GenerateResult, TokenLogprob, ToolCall, Usage } from '../types.d.ts' */
/** @import { EngineFormat } from './format.js' */
/** @import { GivenOptions } from './readGenerateOptions.js' */
/** @import { GenerationListeners } from './runGeneration.js' */
/** @import { MadeEvent } from './TextStream.js' */

/** @typedef {Omit<GenerationListeners, 'onProgress' | 'bytes'> & { onEvent?: (event: MadeEvent) => void }} TurnListeners */

/**
 * A turn of a model that is about to be generated.
 *
 * @typedef {object} AskedTurn
 * @property {Turn | undefined} turn what reads it; undefined where all of it is the answer's text
 * @property {EngineFormat | undefined} answer what the answer's text must be like
 * @property {GivenOptions} given what the engine is told, with the format of the whole turn
 * @property {(text: string) => number} countTokens of the model
 */

/**
 * Has the model write a turn, and takes it apart: thoughts, text, calls of tools.
 *
 * @param {AskedTurn} asked
 * @param {TurnListeners} listeners
 * @param {(given: GivenOptions, listeners: GenerationListeners) => Promise<GenerateResult>} generate
 * @returns {Promise<GenerateResult>}
 */
export async function runTurn(asked, listeners, generate) {
  const { turn, given } = asked
  const { onEvent, ...others } = listeners
  if (turn === undefined) return generate(given, others)
  const reading = new TurnReading(turn, asked)
  const { signal, reader, onText, onPart } = others
  const isHeard = onEvent !== undefined && (onText !== undefined || onPart !== undefined)
  /** @type {TokenLogprob[]} */
  let logprobs = []
  const tell = (/** @type {TurnEvent[]} */ events) => {
    for (const event of events) {
      const isWritten = event.type === 'text' || event.type === 'reasoning'
      onEvent?.(isWritten && logprobs.length > 0 ? { ...event, logprobs } : event)
      if (isWritten) logprobs = []
    }
  }
  const heard = {
    onText: (/** @type {string} */ piece) => tell(reading.push(piece)),
    onPart: (/** @type {{ text: string, logprobs: TokenLogprob[] }} */ part) => {
      logprobs = [...logprobs, ...part.logprobs]
      tell(reading.push(part.text))
    },
  }
  const whole = (/** @type {GenerateResult} */ made) => {
    const events = isHeard ? [] : reading.push(made.text)
    tell([...events, ...reading.end()])
    return reading.result(made)
  }
  try {
    return whole(await generate(given, { signal, ...(isHeard ? { ...heard, reader } : {}) }))
  } catch (error) {
    if (!(error instanceof AbortError) || error.result === undefined) throw error
    throw new AbortError(error.cause, whole(error.result))
  }
}

/**
 * A whole turn's result, taken apart.
 *
 * @param {AskedTurn} asked
 * @param {GenerateResult} made
 * @returns {GenerateResult}
 */
export function takeApart(asked, made) {
  const { turn } = asked
  if (turn === undefined) return made
  const reading = new TurnReading(turn, asked)
  reading.push(made.text)
  reading.end()
  return reading.result(made)
}

/** A turn that is taken apart as it comes. */
class TurnReading {
  #reader
  #answer
  #countTokens
  #text = ''
  #reasoning = ''
  /** @type {ToolCall[]} */
  #calls = []

  /**
   * @param {Turn} turn
   * @param {AskedTurn} asked
   */
  constructor(turn, { answer, countTokens }) {
    this.#reader = turn.reader()
    this.#answer = answer
    this.#countTokens = countTokens
  }

  /**
   * Takes a piece of the turn.
   *
   * @param {string} piece
   * @returns {TurnEvent[]} what it says
   */
  push(piece) {
    return this.#note(this.#reader.push(piece))
  }

  /** @returns {TurnEvent[]} what was held back until the end */
  end() {
    return this.#note(this.#reader.end())
  }

  /**
   * The result of the engine, whose text is that of the whole turn, with its parts instead.
   *
   * @template {{ text: string, finishReason: GenerateResult['finishReason'], usage: Usage, value?: unknown }} R
   * @param {R} made
   * @returns {R & Pick<GenerateResult, 'reasoning' | 'toolCalls'>}
   */
  result({ value: _, ...made }) {
    const calls = this.#calls.length > 0
    const isWhole = made.finishReason === 'stop' && !calls && this.#answer !== undefined
    return /** @type {any} */ ({
      ...made,
      text: this.#text,
      ...(isWhole ? { value: formatValue(this.#answer, this.#text) } : {}),
      ...this.#thoughts(made),
      ...(calls ? { toolCalls: this.#calls } : {}),
      finishReason: calls && made.finishReason === 'stop' ? 'toolCalls' : made.finishReason,
    })
  }

  /** @param {{ usage: Usage, finishReason: GenerateResult['finishReason'] }} made */
  #thoughts({ usage, finishReason }) {
    const reasoning = this.#reasoning
    if (reasoning === '') return {}
    // With the text its model may have been stopped, which then counts nothing more.
    if (finishReason === 'abort') return { reasoning }
    // What was read need not be the tokens that were made: they are never more.
    const reasoningTokens = Math.min(this.#countTokens(reasoning), usage.completionTokens)
    return { reasoning, usage: { ...usage, reasoningTokens } }
  }

  /** @param {TurnEvent[]} events */
  #note(events) {
    for (const event of events) {
      if (event.type === 'text') this.#text += event.text
      else if (event.type === 'reasoning') this.#reasoning += event.text
      else if (event.type === 'toolCall') {
        const { id, name, arguments: args } = event
        this.#calls.push({ id, name, arguments: args })
      }
    }
    return events
  }
}
