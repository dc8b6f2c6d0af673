import { randomInt } from 'node:crypto'
import { invalidArgument } from '../../arguments/checks.js'
import { HARMONY_SIGNS, harmonyGrammar, readHarmony } from './harmony.js'
import { readTurn, TurnReader } from './TurnReader.js'
import { turnGrammar } from './turnGrammar.js'

/** @import { EngineFormat } from '../../generation/format.js' */
/** @import { TurnFormat, TurnOptions, TurnTool } from './TurnFormat.js' */
/** @import { TurnRules } from './turnGrammar.js' */

/** One turn of a model that is about to come: what it must be like, and what reads it. */
export class Turn {
  /**
   * The `format` of the engine: what holds for every token, or only which control tokens are to be seen by the reader.
   * Undefined where there is neither.
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
    this.format = formatOf(form, rules, (options.tools ?? []).length > 0)
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
 * @param {TurnRules} rules
 * @param {boolean} hasTools whether the model knows of tools, which it may be kept from calling
 * @returns {EngineFormat | undefined}
 */
function formatOf({ inChannels, reasoning, said }, rules, hasTools) {
  const { answer, mayThink, budget } = rules
  const marked = [reasoning, said].filter((form) => form !== undefined)
  if (!inChannels && marked.length === 0 && !hasTools) return answer
  const isBound = hasTools || answer !== undefined || !mayThink || budget !== undefined
  if (!isBound)
    return { signs: inChannels ? HARMONY_SIGNS : marked.flatMap(({ open, close }) => [open, close]) }
  const { closeAtLimit } = answer ?? {}
  const turn = inChannels ? harmonyGrammar(rules) : turnGrammar(rules)
  return { turn, ...(closeAtLimit === undefined ? {} : { closeAtLimit }) }
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
