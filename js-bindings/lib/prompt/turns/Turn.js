import { randomInt } from 'node:crypto'
import { invalidArgument } from '../../arguments/checks.js'
import { harmonyGrammar, readHarmony } from './harmony.js'
import { readTurn, TurnReader } from './TurnReader.js'
import { turnGrammar } from './turnGrammar.js'

/** @import { EngineFormat } from '../../generation/format.js' */
/** @import { TurnFormat, TurnOptions, TurnTool } from './TurnFormat.js' */
/** @import { TurnRules } from './turnGrammar.js' */

/** One turn of a model that is about to come: what it must be like, and what reads it. */
export class Turn {
  /**
   * The `format` of the engine: what holds for every token. Undefined where the turn is free and has neither thoughts nor
   * calls.
   *
   * @type {EngineFormat | undefined}
   */
  format
  #read

  /**
   * @param {TurnFormat} form
   * @param {TurnOptions} options
   */
  constructor(form, options) {
    const rules = rulesOf(form, options)
    const { answer } = options
    const isFree =
      !form.inChannels && rules.thoughts === undefined && rules.said === undefined && rules.tools.length === 0
    const grammar = form.inChannels ? harmonyGrammar(rules) : turnGrammar(rules)
    const { closeAtLimit } = answer ?? {}
    this.format = isFree ? answer : { turn: grammar, ...(closeAtLimit === undefined ? {} : { closeAtLimit }) }
    const newId = options.newId ?? randomId
    const { tools, inThought, calls } = rules
    const reading = {
      said: form.said,
      reasoning: form.reasoning,
      calls: tools.length > 0 ? calls : undefined,
      tools,
      inThought,
      newId,
    }
    this.#read = form.inChannels ? readHarmony(reading) : readTurn(reading)
  }

  /**
   * Reads the turn's text as it comes.
   *
   * @returns {TurnReader}
   */
  reader() {
    return new TurnReader(this.#read)
  }
}

/**
 * @param {TurnFormat} form
 * @param {TurnOptions} options
 * @returns {TurnRules}
 */
function rulesOf(
  form,
  { prompt, tools = [], toolChoice = 'auto', parallelToolCalls = true, reasoning, answer },
) {
  const { reasoning: thoughts } = form
  const budget = typeof reasoning === 'object' ? reasoning.budget : undefined
  return {
    thoughts,
    said: form.said,
    calls: tools.length > 0 ? form.calls : undefined,
    tools: chosenTools(tools, toolChoice),
    mustCall: toolChoice === 'required' || typeof toolChoice === 'object',
    mayRepeat: parallelToolCalls,
    mayThink: reasoning !== false && budget !== 0,
    budget,
    inThought: thoughts !== undefined && prompt.trimEnd().endsWith(thoughts.open),
    answer,
  }
}

/**
 * @param {readonly TurnTool[]} tools
 * @param {Exclude<TurnOptions['toolChoice'], undefined>} choice
 */
function chosenTools(tools, choice) {
  if (choice === 'none') return []
  if (choice !== 'auto' && tools.length === 0) {
    throw invalidArgument(
      'toolChoice',
      choice,
      "'auto' or 'none' without tools",
      'Give the tools that may be called.',
    )
  }
  if (typeof choice === 'string') return tools
  const chosen = tools.filter(({ name }) => name === choice.tool)
  if (chosen.length === 0) {
    throw invalidArgument(
      'toolChoice.tool',
      choice.tool,
      `one of ${tools.map(({ name }) => name).join(', ')}`,
    )
  }
  return chosen
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Nine letters and digits: some templates take no other ids. */
function randomId() {
  return Array.from({ length: 9 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}
