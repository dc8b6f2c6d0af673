import { invalidArgument } from '../arguments/checks.js'

/** @import { EngineModel } from '../EngineModel.js' */
/** @import { ReadPrompt } from '../prompt/readPrompt.js' */
/** @import { TurnFormat } from '../prompt/turns/TurnFormat.js' */
/** @import { GivenOptions, TurnAsked } from './readGenerateOptions.js' */
/** @import { AskedTurn } from './runTurn.js' */

/**
 * What a turn behind a prompt must be like, and how it is read.
 *
 * @param {ReadPrompt} read
 * @param {TurnAsked} asked
 * @param {GivenOptions} given
 * @param {EngineModel} engine
 * @returns {AskedTurn}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT` where the prompt or the model has no such turns
 */
export function askTurn({ prompt, turns }, asked, given, engine) {
  const { format: answer, ...others } = given
  const countTokens = (/** @type {string} */ text) =>
    engine.call('tokenize', { text, special: false, addBos: false }).ids.length
  if (turns === undefined || !('text' in prompt)) {
    refuse(asked, 'nothing with a prompt that is taken verbatim', 'Give messages.')
    return { turn: undefined, answer, given, countTokens }
  }
  const { tools = [], toolChoice, reasoning } = asked
  mustThink(turns, reasoning)
  const calls = tools.length > 0 || (toolChoice !== undefined && toolChoice !== 'none')
  const isText = !turns.thinks && !calls
  if (isText) return { turn: undefined, answer, given, countTokens }
  const turn = turns.turn({ prompt: prompt.text, ...asked, answer })
  return { turn, answer, given: { ...others, format: turn.format }, countTokens }
}

/**
 * Refuses what is asked of turns.
 *
 * @param {TurnAsked} asked
 * @param {string} expected
 * @param {string} advice
 */
function refuse(asked, expected, advice) {
  for (const [name, value] of Object.entries(asked)) {
    const isNone = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!isNone) throw invalidArgument(name, value, expected, advice)
  }
}

/**
 * @param {TurnFormat} turns
 * @param {TurnAsked['reasoning']} reasoning
 */
function mustThink({ thinks }, reasoning) {
  if (thinks || reasoning === undefined || reasoning === false) return
  throw invalidArgument(
    'reasoning',
    reasoning,
    'false, or nothing, with this model',
    'Its chat template knows of no thoughts.',
  )
}
