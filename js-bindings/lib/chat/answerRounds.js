import { askTurn } from '../generation/askTurn.js'
import { thoughtsOf } from '../generation/runGeneration.js'
import { runTurn } from '../generation/runTurn.js'
import { readChat } from '../prompt/readPrompt.js'
import { runCalls } from '../tools/runCalls.js'
import { fitContext } from './fitContext.js'
import { checkAnswers } from './pendingCalls.js'
import { frozen } from './said.js'

/** @import { EngineModel } from '../EngineModel.js' */
/** @import { GivenOptions, TurnAsked } from '../generation/readGenerateOptions.js' */
/** @import { GenerationListeners } from '../generation/runGeneration.js' */
/** @import { TurnListeners } from '../generation/runTurn.js' */
/** @import { ChatTemplates } from '../prompt/ChatTemplates.js' */
/** @import { ChatMessage } from '../prompt/readMessages.js' */
/** @import { Sequence } from '../Sequence.js' */
/** @import { ChatResult, GenerateResult, Message, OverflowStrategy, ToolChoice, Usage } from '../types.d.ts' */
/** @import { ChatState } from './chatNote.js' */

/** @typedef {{ engine: EngineModel, templates: ChatTemplates }} ChatModel what a chat needs of its model */

/**
 * What is to be answered, and how.
 *
 * @typedef {object} AnswerJob
 * @property {readonly ChatMessage[]} said
 * @property {GivenOptions} engine
 * @property {TurnAsked} turn
 * @property {boolean} showFormat whether the model reads the schema of the format
 * @property {'first' | 'last'} showIn where it does
 * @property {string | undefined} system
 * @property {Record<string, unknown> | undefined} templateOptions
 * @property {OverflowStrategy} [onOverflow]
 * @property {number} [maxRounds]
 */

/** @typedef {TurnListeners & { signal: AbortSignal }} AnswerListeners */

/**
 * Answers messages: has the model write its turn, its calls of tools answered by their handlers, and the model go on with the
 * results, until it calls no more.
 *
 * @param {ChatModel} model
 * @param {Sequence} sequence of the chat
 * @param {ChatState} state of the chat
 * @param {AnswerJob} job
 * @param {AnswerListeners} listeners
 * @returns {Promise<{ state: ChatState, result: ChatResult }>} with what the chat is then
 */
export async function answerRounds(model, sequence, state, job, listeners) {
  const { said, turn, maxRounds = 10 } = job
  checkAnswers(state.messages, said)
  const added = [...said]
  let seen = [...state.seen, ...said]
  /** @type {Usage} */
  let usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 }
  for (let round = 1; ; round++) {
    const asked = { ...job, turn: round === 1 ? turn : { ...turn, toolChoice: afterFirst(turn.toolChoice) } }
    const { made, messages } = await makeTurn(model, sequence, seen, asked, listeners)
    usage = summed(usage, made.usage)
    const mayRun = made.finishReason === 'toolCalls' && round < maxRounds
    const calls = made.toolCalls ?? []
    const results = mayRun ? await runCalls(calls, turn.tools ?? [], listeners) : []
    const more = [assistantMessage(made), ...results].map(frozen)
    added.push(...more)
    seen = [...messages, ...more]
    const waiting = calls.filter(({ id }) => !results.some((result) => result.tool_call_id === id))
    if (results.length > 0 && waiting.length === 0) continue
    const { toolCalls: _, ...others } = made
    const handedOut = waiting.length > 0 ? { toolCalls: waiting } : {}
    return {
      state: { messages: [...state.messages, ...added], seen },
      result: {
        ...others,
        ...handedOut,
        usage,
        rounds: round,
        messages: /** @type {Message[]} */ (added),
      },
    }
  }
}

/**
 * Has the model write its turn behind messages, of which some may have to go.
 *
 * @param {ChatModel} model
 * @param {Sequence} sequence
 * @param {readonly ChatMessage[]} seen
 * @param {AnswerJob} job
 * @param {AnswerListeners} listeners
 */
async function makeTurn(model, sequence, seen, job, listeners) {
  const { engine, turn, onOverflow = 'error', system, templateOptions, showFormat, showIn } = job
  const chat = { system, templateOptions, ...turn, shown: { format: engine.format, showFormat, showIn } }
  const context = { ...chat, ...model.templates.of(chat) }
  const read = (/** @type {readonly ChatMessage[]} */ messages) =>
    readChat(/** @type {readonly Message[]} */ (messages), context)
  const { messages, tokens } = await fitContext(seen, {
    tokensOf: (some) => model.engine.call('encodePrompt', { prompt: read(some).prompt }).ids,
    contextLength: model.engine.opened.contextLength,
    maxTokens: engine.maxTokens,
    strategy: onOverflow,
    signal: listeners.signal,
  })
  const asked = askTurn(read(messages), turn, engine, model.engine)
  const made = await runTurn(asked, listeners, (given, heard) => goOn(sequence, tokens, given, heard))
  return { made, messages }
}

/**
 * Has the model go on behind a prompt, of which the sequence may have a beginning.
 *
 * @param {Sequence} sequence
 * @param {number[]} tokens
 * @param {GivenOptions} given
 * @param {GenerationListeners} listeners
 * @returns {Promise<GenerateResult>}
 */
async function goOn(sequence, tokens, given, listeners) {
  const held = sequence.tokens()
  const differs = tokens.findIndex((token, index) => token !== held[index])
  const common = differs < 0 ? Math.min(tokens.length, held.length) : differs
  if (common < held.length) await sequence.truncate(common)
  const { tenant: _, cache: __, ...options } = given
  return sequence.goOn({ ids: tokens.slice(common) }, options, listeners)
}

/**
 * A tool that has to be called is called once: the model could never answer otherwise.
 *
 * @param {ToolChoice | undefined} choice
 * @returns {ToolChoice | undefined}
 */
function afterFirst(choice) {
  return choice === undefined || choice === 'none' ? choice : 'auto'
}

/**
 * @param {Usage} one
 * @param {Usage} other
 * @returns {Usage}
 */
function summed(one, other) {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    ...thoughtsOf([one, other]),
  }
}

/**
 * What a model wrote, as a message.
 *
 * @param {GenerateResult} made
 * @returns {ChatMessage}
 */
function assistantMessage({ text, reasoning, toolCalls = [] }) {
  const calls = toolCalls.map(({ id, name, arguments: args }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  }))
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}
