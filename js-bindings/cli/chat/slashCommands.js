import { RealmError } from '../../lib/errors/RealmError.js'
import { formatBytes, formatTable, printable } from '../terminal/print.js'

/** @import { TerminalChat } from './TerminalChat.js' */

/**
 * A command that is typed in place of a message.
 *
 * @typedef {object} SlashCommand
 * @property {string} [argument] what stands behind it
 * @property {string} help
 * @property {(chat: TerminalChat, argument: string) => Promise<string | { ask: string } | undefined>} run gives what is told, or
 *   what is asked again
 */

/** @type {Record<string, SlashCommand>} */
const COMMANDS = {
  system: {
    argument: '[TEXT]',
    help: 'goes on with another system message, or with none',
    run: async (chat, text) => {
      await chat.setSystem(text)
      return text === '' ? 'No system message.' : 'The system message is another one.'
    },
  },
  save: {
    argument: 'FILE',
    help: 'writes the chat to a file, with what was computed',
    run: async (chat, path) => {
      await chat.save(given(path, '/save FILE'))
      return `${chat.length} messages are in ${path}.`
    },
  },
  load: {
    argument: 'FILE',
    help: 'goes on with a chat that was saved',
    run: async (chat, path) => {
      await chat.restore(given(path, '/load FILE'))
      return `${chat.length} messages came from ${path}.`
    },
  },
  undo: {
    help: 'takes back the last question and its answer',
    run: async (chat) => (chat.undo() > 0 ? `${chat.length} messages are left.` : 'Nothing was asked yet.'),
  },
  retry: {
    help: 'asks the last question again',
    run: async (chat) => ({ ask: chat.takeBack() }),
  },
  stats: { help: 'tells what the chat and the model do', run: async (chat) => stats(chat) },
  model: {
    argument: 'MODEL',
    help: 'goes on with another model',
    run: async (chat, name) => {
      await chat.setModel(given(name, '/model MODEL'))
      return `${chat.model.name} goes on.`
    },
  },
  clear: {
    help: 'forgets what was said',
    run: async (chat) => {
      await chat.clear()
      return undefined
    },
  },
  help: { help: 'prints this', run: async () => help() },
}

/**
 * Runs a line that is a command.
 *
 * @param {TerminalChat} chat
 * @param {string} line
 * @returns {Promise<string | { ask: string } | undefined>} what is told, or what is to be asked
 * @throws {RealmError} `INVALID_ARGUMENT` where there is no such command
 */
export async function runCommand(chat, line) {
  const [, name, argument] = /^\/([a-z]*)\s*([\s\S]*)$/.exec(line) ?? []
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    throw new RealmError('INVALID_ARGUMENT', `${line.split(/\s/)[0]} is no command. /help lists them.`)
  }
  return COMMANDS[name].run(chat, argument.trim())
}

/**
 * Whether a line is a command, and no message that begins with a path.
 *
 * @param {string} line
 */
export function isCommand(line) {
  return /^\/[a-z]*(\s|$)/.test(line)
}

/**
 * @param {string} argument
 * @param {string} usage
 */
function given(argument, usage) {
  if (argument === '') throw new RealmError('INVALID_ARGUMENT', `Expected ${usage}.`)
  return argument
}

function help() {
  const rows = Object.entries({
    ...COMMANDS,
    exit: { argument: undefined, help: 'ends the chat, as Ctrl-D does' },
  }).map(([name, { argument = '', help }]) => [`/${name} ${argument}`.trim(), help])
  return `${formatTable(rows)}A line that ends with \\ goes on in the next one. Ctrl-C stops an answer.`
}

/** @param {TerminalChat} chat */
function stats({ model, length, result }) {
  const { promptTokens, textTokens, cache } = model.stats()
  const rows = [
    ['model', printable(model.name)],
    ['context', `${model.contextLength} tokens`],
    ['messages', String(length)],
  ]
  if (result !== undefined) {
    const { usage, timings } = result
    rows.push(
      ['last prompt', `${usage.promptTokens} tokens, ${usage.cachedTokens} of them computed before`],
      [
        'last answer',
        `${usage.completionTokens} tokens, ${timings.decodeTokensPerSecond.toFixed(1)} a second`,
      ],
      ['first token', `after ${timings.firstTokenMs.toFixed(0)} ms`],
    )
  }
  rows.push(
    ['since the start', `${promptTokens} tokens read, ${textTokens} written`],
    [
      'keys and values',
      `${formatBytes(cache.heldBytes + cache.keptBytes)} of ${formatBytes(cache.budgetBytes)}`,
    ],
  )
  return formatTable(rows).trimEnd()
}
