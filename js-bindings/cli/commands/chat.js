import { createInterface } from 'node:readline'
import { Command, Option } from 'commander'
import { historyFile, readHistory, writeHistory } from '../chat/history.js'
import { printAnswer } from '../chat/printAnswer.js'
import { isCommand, runCommand } from '../chat/slashCommands.js'
import { TerminalChat, wasStopped } from '../chat/TerminalChat.js'
import { loadCommandModel } from '../commandModel.js'
import { readToolsFile } from '../input/readToolsFile.js'
import { addGenerateOptions, readGenerateFlags } from '../options/addGenerateOptions.js'
import { addTextModelOptions, parseNumber } from '../options/addModelOptions.js'
import { askMessages } from '../terminal/askMessages.js'
import { printable, printJson } from '../terminal/print.js'
import { reportError } from '../terminal/reportError.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { TextStream } from '../../lib/generation/TextStream.js' */
/** @import { ChatOptions, ChatResult } from '../../lib/types.d.ts' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** `realm chat`: messages from the terminal, or lines of stdin, each answered in the light of those before. */
export function chatCommand() {
  const command = new Command('chat').description(
    'chat at the terminal; from a pipe, each line is a message and its answer is printed',
  )
  command.argument('[model]', 'the model, in place of --model')
  return addGenerateOptions(addTextModelOptions(command), ['showFormat'])
    .optionsGroup('The chat:')
    .option('--tools <file>', 'a module that exports tools, with handlers, which the model may call')
    .option('--max-rounds <n>', 'the most turns of the model that a message takes (default: 10)', parseNumber)
    .addOption(
      new Option('--on-overflow <how>', 'what is left out once the chat fits the context no more')
        .choices(['error', 'dropOldest', 'truncateMiddle'])
        .default('dropOldest'),
    )
    .optionsGroup('Output:')
    .option('--json', 'print the result of each answer as a line of JSON')
    .action(run)
}

/**
 * @param {string | undefined} argument
 * @param {Omit<ChatOptions, 'tools'> & ModelOptions & { json?: boolean, tools?: string }} flags
 * @param {Command} command
 */
async function run(argument, flags, command) {
  if (argument !== undefined && command.getOptionValueSource('model') === 'cli') {
    command.error('error: expected a model or --model, and one of them only')
  }
  const { tools, maxRounds, onOverflow } = flags
  const options = {
    ...readGenerateFlags({ ...flags, tools: undefined }),
    tools: tools === undefined ? undefined : await readToolsFile(tools),
    maxRounds,
    onOverflow,
  }
  const load = (/** @type {string} */ model) =>
    untilInterrupted((signal) => loadCommandModel({ ...flags, model }, signal))
  const chat = new TerminalChat(await load(argument ?? flags.model), options, load)
  try {
    const print = flags.json ? printResult : printAnswer
    await (process.stdin.isTTY ? converse(chat, print) : answerLines(chat, print))
  } finally {
    await chat.dispose()
  }
}

/** @typedef {(stream: TextStream<ChatResult>) => Promise<void>} Print */

/**
 * The conversation at a terminal: an error or Ctrl-C ends an answer, not the chat.
 *
 * @param {TerminalChat} chat
 * @param {Print} print
 */
async function converse(chat, print) {
  process.stderr.write(`${printable(chat.model.name)}. /help lists the commands; Ctrl-C stops an answer.\n`)
  const terminal = { input: process.stdin, output: process.stdout }
  const history = await readHistory(historyFile())
  const onHistory = (/** @type {string[]} */ lines) => writeHistory(historyFile(), lines).catch(reportError)
  for await (const line of askMessages('> ', { ...terminal, history, onHistory })) {
    const message = line.trim()
    if (message === '/exit') return
    await take(chat, message, print).catch((error) => {
      if (wasStopped(error)) process.stderr.write('Stopped; /retry asks again.\n')
      else reportError(error)
    })
  }
}

/**
 * The conversation with a pipe: an error or Ctrl-C ends it.
 *
 * @param {TerminalChat} chat
 * @param {Print} print
 */
async function answerLines(chat, print) {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = line.trim()
    if (message === '/exit') return
    await take(chat, message, print)
  }
}

/**
 * Answers a message, or does what a command says.
 *
 * @param {TerminalChat} chat
 * @param {string} line
 * @param {Print} print
 */
async function take(chat, line, print) {
  if (line === '') return
  const told = isCommand(line) ? await runCommand(chat, line) : { ask: line }
  if (typeof told === 'string') process.stderr.write(`${told}\n`)
  else if (told !== undefined) {
    await untilInterrupted((signal) => chat.answer(told.ask, signal, print))
  }
}

/** @type {Print} */
async function printResult(stream) {
  printJson(await stream.result)
}
