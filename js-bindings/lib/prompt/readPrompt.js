import { invalidArgument, isIntegerList, text, tokenIds } from '../arguments/checks.js'
import { CHATML, ChatTemplate } from './ChatTemplate.js'
import { openFinal } from './openFinal.js'
import { readMessages } from './readMessages.js'
import { showFormat } from './showFormat.js'
import { TurnFormat } from './turns/TurnFormat.js'

/** @import { Range } from '../jinja/Text.js' */
/** @import { Message, Prompt, ToolChoice } from '../types.d.ts' */
/** @import { ChatMessage } from './readMessages.js' */
/** @import { ShownFormat } from './showFormat.js' */
/** @import { Reasoning, TurnTool } from './turns/TurnFormat.js' */

/**
 * A prompt as the engine takes it: ids; or a text, with the UTF-16 ranges in it that are no special tokens whatever they
 * read, whether special tokens are parsed at all, and whether BOS goes before it where the model's file asks for that.
 *
 * @typedef {{ ids: number[] } | { text: string, plain: readonly Range[], special: boolean, addBos: boolean }} EnginePrompt
 */

/**
 * What a prompt is read for.
 *
 * @typedef {object} PromptContext
 * @property {boolean} raw whether a string is taken verbatim
 * @property {string | undefined} system the system message asked for
 * @property {string | undefined} defaultSystem the catalog's system message
 * @property {(() => TurnFormat) | null} turns gives how the model's turns are written, if it has a chat template
 * @property {boolean} [addGenerationPrompt] whether a chat ends with the beginning of the answer; by default it does
 * @property {boolean} [continueFinal] whether the last message, the assistant's, stays open instead
 * @property {Record<string, unknown>} [templateOptions] variables of the chat template
 * @property {readonly TurnTool[]} [tools] that the model may call
 * @property {ToolChoice} [toolChoice] which of them it has to call
 * @property {Reasoning} [reasoning] whether the model thinks
 * @property {Omit<ShownFormat, 'contextLength' | 'inChannels'>} [shown] what the model is shown of the answer's format
 * @property {number} contextLength of the model
 * @property {number} vocabularySize ids are below it
 */

/**
 * A prompt that was read, with how the turn behind it is written where it is a chat.
 *
 * @typedef {{ prompt: EnginePrompt, turns?: TurnFormat }} ReadPrompt
 */

/** @typedef {Omit<PromptContext, 'raw' | 'vocabularySize'>} ChatContext what matters of it where the prompt is a chat */

const EXPECTED = 'a string, an array of messages, or an array of token ids'

/**
 * Turns a prompt into what the engine takes.
 *
 * @param {Prompt} prompt
 * @param {PromptContext} context
 * @returns {ReadPrompt}
 * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE` or `CHAT_TEMPLATE_ERROR`
 */
export function readPrompt(prompt, context) {
  const { raw, system, turns, vocabularySize, continueFinal = false } = context
  const messages = isMessages(prompt)
  const verbatim = raw || (typeof prompt === 'string' ? turns === null : !messages)
  if (verbatim && system) {
    throw invalidArgument(
      'system',
      system,
      'no system message with a prompt that is taken verbatim',
      whyVerbatim(context),
    )
  }
  if (continueFinal && (verbatim || typeof prompt === 'string')) {
    throw invalidArgument(
      'continueFinal',
      true,
      'false where the prompt is no messages',
      "Give messages, the last of which is the beginning of the assistant's answer.",
    )
  }
  if (typeof prompt === 'string') {
    const checked = text(prompt, 'prompt')
    return verbatim
      ? { prompt: { text: checked, plain: [], special: raw, addBos: true } }
      : chatPrompt([{ role: 'user', content: checked }], context)
  }
  if (!messages) {
    const ids = tokenIds(notEmpty(prompt), 'prompt', vocabularySize)
    return { prompt: { ids } }
  }
  if (raw)
    throw invalidArgument('raw', raw, 'false with messages', 'The chat template has to put them together.')
  return chatPrompt(readMessages(prompt), context)
}

/**
 * Turns messages into what the engine takes.
 *
 * @param {string | readonly Message[]} messages a string is one user message
 * @param {ChatContext} context
 * @throws {RealmError} `INVALID_ARGUMENT` or `CHAT_TEMPLATE_ERROR`
 */
export function readChat(messages, context) {
  if (typeof messages === 'string') {
    return chatPrompt([{ role: 'user', content: text(messages, 'messages') }], context)
  }
  if (!isMessages(messages)) throw invalidArgument('messages', messages, 'a string or an array of messages')
  return chatPrompt(readMessages(messages), context)
}

/**
 * @param {unknown} prompt
 * @returns {prompt is readonly Message[]}
 */
function isMessages(prompt) {
  return Array.isArray(prompt) && typeof prompt[0] === 'object'
}

/** @param {unknown} prompt */
function notEmpty(prompt) {
  if (!isIntegerList(prompt) || prompt.length === 0) throw invalidArgument('prompt', prompt, EXPECTED)
  return prompt
}

/** @param {PromptContext} context */
function whyVerbatim({ raw, turns }) {
  if (raw) return 'Leave out raw or system.'
  if (turns === null) return 'The model has no chat template: write the instructions into the prompt.'
  return 'Give messages instead of token ids.'
}

/**
 * @param {ChatMessage[]} messages
 * @param {ChatContext} context
 * @returns {{ prompt: Exclude<EnginePrompt, { ids: number[] }>, turns?: TurnFormat }}
 */
function chatPrompt(messages, { system, defaultSystem, turns: given, ...options }) {
  const hasOwn = messages[0].role === 'system'
  if (system !== undefined && hasOwn) {
    throw invalidArgument(
      'system',
      system,
      'no system message next to the one in messages[0]',
      'Leave out one of them.',
    )
  }
  const chosen = system ?? (hasOwn ? '' : (defaultSystem ?? ''))
  const said =
    chosen === '' ? messages : [{ role: /** @type {const} */ ('system'), content: chosen }, ...messages]
  const turns = (given ?? chatMl)()
  const { addGenerationPrompt, continueFinal = false, templateOptions, tools, reasoning } = options
  const { shown, contextLength } = options
  const chat = { templateOptions, tools, reasoning }
  const whole = showFormat(said, { ...shown, contextLength, inChannels: turns.inChannels })
  if (continueFinal) mustBeText(options)
  const { text, plain, startsWithBos } = continueFinal
    ? openFinal(whole, (open) => turns.render(open, { ...chat, addGenerationPrompt: false }))
    : turns.render(whole, { ...chat, addGenerationPrompt })
  const prompt = { text, plain, special: true, addBos: !startsWithBos }
  // What goes on with a message is text.
  return continueFinal ? { prompt } : { prompt, turns }
}

/** @param {Omit<ChatContext, 'system' | 'defaultSystem' | 'turns'>} options */
function mustBeText({ addGenerationPrompt, tools = [], toolChoice, reasoning }) {
  const taken = {
    addGenerationPrompt: addGenerationPrompt || undefined,
    tools: tools.length > 0 ? tools : undefined,
    toolChoice: toolChoice === 'auto' || toolChoice === 'none' ? undefined : toolChoice,
    reasoning: reasoning || undefined,
  }
  for (const [name, value] of Object.entries(taken)) {
    if (value === undefined) continue
    throw invalidArgument(
      name,
      value,
      'nothing with continueFinal: what goes on with a message is its text',
      'Leave out one of both.',
    )
  }
}

/** @type {TurnFormat | undefined} */
let ofChatMl

/** What messages are put together by where the model's file has no template. */
function chatMl() {
  ofChatMl ??= TurnFormat.of(new ChatTemplate(CHATML, { bosToken: null, eosToken: null }), {
    eosToken: '<|im_end|>',
  })
  return ofChatMl
}
