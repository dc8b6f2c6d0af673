import { invalidArgument, isIntegerList, text, tokenIds } from '../arguments/checks.js'
import { CHATML, ChatTemplate } from './ChatTemplate.js'
import { readMessages } from './readMessages.js'

/** @import { Range } from '../jinja/Text.js' */
/** @import { Message, Prompt } from '../types.d.ts' */
/** @import { ChatMessage } from './readMessages.js' */

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
 * @property {(() => ChatTemplate) | null} template gives the model's chat template, if it has one
 * @property {boolean} [addGenerationPrompt] whether a chat ends with the beginning of the answer; by default it does
 * @property {Record<string, unknown>} [templateOptions] variables of the chat template
 * @property {number} vocabularySize ids are below it
 */

/** @typedef {Omit<PromptContext, 'raw' | 'vocabularySize'>} ChatContext what matters of it where the prompt is a chat */

const EXPECTED = 'a string, an array of messages, or an array of token ids'

/**
 * Turns a prompt into what the engine takes.
 *
 * @param {Prompt} prompt
 * @param {PromptContext} context
 * @returns {EnginePrompt}
 * @throws {RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE` or `CHAT_TEMPLATE_ERROR`
 */
export function readPrompt(prompt, context) {
  const { raw, system, template, vocabularySize } = context
  const messages = isMessages(prompt)
  const verbatim = raw || (typeof prompt === 'string' ? template === null : !messages)
  if (verbatim && system) {
    throw invalidArgument(
      'system',
      system,
      'no system message with a prompt that is taken verbatim',
      whyVerbatim(context),
    )
  }
  if (typeof prompt === 'string') {
    const checked = text(prompt, 'prompt')
    return verbatim
      ? { text: checked, plain: [], special: raw, addBos: true }
      : chatPrompt([{ role: 'user', content: checked }], context)
  }
  if (!messages) {
    const ids = tokenIds(notEmpty(prompt), 'prompt', vocabularySize)
    return { ids }
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
function whyVerbatim({ raw, template }) {
  if (raw) return 'Leave out raw or system.'
  if (template === null) return 'The model has no chat template: write the instructions into the prompt.'
  return 'Give messages instead of token ids.'
}

/**
 * @param {ChatMessage[]} messages
 * @param {ChatContext} context
 * @returns {Exclude<EnginePrompt, { ids: number[] }>}
 */
function chatPrompt(messages, { system, defaultSystem, template, addGenerationPrompt, templateOptions }) {
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
  const whole =
    chosen === '' ? messages : [{ role: /** @type {const} */ ('system'), content: chosen }, ...messages]
  const { text, plain, startsWithBos } = (template ?? chatMl)().render(whole, {
    addGenerationPrompt,
    templateOptions,
  })
  return { text, plain, special: true, addBos: !startsWithBos }
}

/** What messages are put together by where the model's file has no template. */
function chatMl() {
  return new ChatTemplate(CHATML, { bosToken: null, eosToken: null })
}
