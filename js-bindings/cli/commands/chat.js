import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { Conversation } from '../Conversation.js'
import { loadCommandModel } from '../commandModel.js'
import { addGenerateOptions, readGenerateFlags } from '../options/addGenerateOptions.js'
import { addTextModelOptions } from '../options/addModelOptions.js'
import { askMessages } from '../terminal/askMessages.js'
import { printable, printJson } from '../terminal/print.js'
import { reportError } from '../terminal/reportError.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { Model } from '../../lib/Model.js' */
/** @import { GenerateOptions } from '../../lib/types.d.ts' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** `realm chat`: messages from the terminal, or lines of stdin, each answered in the light of those before. */
export function chatCommand() {
  const command = new Command('chat').description(
    'chat at the terminal; from a pipe, each line is a message and its answer is printed',
  )
  command.argument('[model]', 'the model, in place of --model')
  return addGenerateOptions(addTextModelOptions(command))
    .optionsGroup('Output:')
    .option('--json', 'print the result of each answer as a line of JSON')
    .action(run)
}

/**
 * @param {string | undefined} argument
 * @param {ModelOptions & GenerateOptions & { json?: boolean }} options
 * @param {Command} command
 */
async function run(argument, options, command) {
  if (argument !== undefined && command.getOptionValueSource('model') === 'cli') {
    command.error('error: expected a model or --model, and one of them only')
  }
  const source = argument ?? options.model
  const model = await untilInterrupted((signal) => loadCommandModel({ ...options, model: source }, signal))
  try {
    const conversation = new Conversation(model, readGenerateFlags(options))
    const print = options.json ? answerAsJson : answerAsText
    await (process.stdin.isTTY ? converse(model, conversation, print) : answerLines(conversation, print))
  } finally {
    await model.dispose()
  }
}

/** @typedef {(conversation: Conversation, message: string) => Promise<void>} Answer */

/**
 * The conversation at a terminal: an error or Ctrl-C ends an answer, not the chat.
 *
 * @param {Model} model
 * @param {Conversation} conversation
 * @param {Answer} answer
 */
async function converse(model, conversation, answer) {
  process.stderr.write(`${printable(model.name)}. /clear forgets, /exit ends; Ctrl-C stops an answer.\n`)
  for await (const line of askMessages('> ', { input: process.stdin, output: process.stdout })) {
    const message = line.trim()
    if (message === '/exit') return
    if (message === '/clear') conversation.clear()
    else if (message !== '') await answer(conversation, message).catch(reportError)
  }
}

/**
 * The conversation with a pipe: an error or Ctrl-C ends it.
 *
 * @param {Conversation} conversation
 * @param {Answer} answer
 */
async function answerLines(conversation, answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = line.trim()
    if (message === '/exit') return
    if (message === '/clear') conversation.clear()
    else if (message !== '') await answer(conversation, message)
  }
}

/** @type {Answer} */
async function answerAsText(conversation, message) {
  let isBegun = false
  try {
    await untilInterrupted(async (signal) => {
      for await (const piece of conversation.stream(message, signal)) {
        isBegun = true
        process.stdout.write(piece)
      }
    })
    if (!isBegun) process.stdout.write('\n')
  } finally {
    // A line that was begun is ended, whatever ended the text.
    if (isBegun) process.stdout.write('\n')
  }
}

/** @type {Answer} */
async function answerAsJson(conversation, message) {
  printJson(await untilInterrupted((signal) => conversation.answer(message, signal)))
}
