import { Command } from 'commander'
import { AbortError } from '../../lib/errors/AbortError.js'
import { describeOption, generateOptions } from '../../lib/generation/generateOptions.js'
import { loadCommandModel } from '../commandModel.js'
import { readTextFile } from '../input/readFiles.js'
import { addGenerateOptions, readGenerateFlags } from '../options/addGenerateOptions.js'
import { addModelOptions } from '../options/addModelOptions.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { GenerateOptions } from '../../lib/types.d.ts' */
/** @import { Model } from '../../lib/Model.js' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** `realm generate`: one prompt, one answer, streamed to stdout. */
export function generateCommand() {
  const command = new Command('generate')
    .description('answer a prompt')
    .argument(
      '[prompt]',
      'the prompt: one user message, where the model has a chat template; - is stdin, as is none',
    )
    .option('--prompt-file <file>', 'read the prompt from a file, without the newline at its end; - is stdin')
    .option('--raw', describeOption(generateOptions.raw))
  return addGenerateOptions(addModelOptions(command))
    .option('--json', 'print the whole result as JSON, at the end')
    .action(run)
}

/**
 * @param {string | undefined} argument
 * @param {ModelOptions & GenerateOptions & { promptFile?: string, raw?: boolean, json?: boolean }} options
 * @param {Command} command
 */
async function run(argument, options, command) {
  const prompt = await readPrompt(argument, options.promptFile, command)
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(options, signal)
    try {
      const print = options.json ? printResult : printText
      await print(model, prompt, { ...readGenerateFlags(options), signal })
    } finally {
      await model.dispose()
    }
  })
}

/**
 * @param {string | undefined} argument
 * @param {string | undefined} promptFile
 * @param {Command} command
 */
async function readPrompt(argument, promptFile, command) {
  if (argument !== undefined && promptFile !== undefined) {
    command.error('error: expected a prompt or --prompt-file, and one of them only')
  }
  if (argument !== undefined && argument !== '-') return argument
  const isLeftToStdin = argument === undefined && promptFile === undefined
  const text = isLeftToStdin && process.stdin.isTTY ? '' : await readTextFile(promptFile ?? '-')
  if (isLeftToStdin && text === '') {
    command.error('error: expected a prompt, --prompt-file, or a text on stdin')
  }
  // What editors and echo put at the end of a text is no part of it.
  return text.replace(/\r?\n$/, '')
}

/**
 * @param {Model} model
 * @param {string} prompt
 * @param {GenerateOptions} options
 */
async function printText(model, prompt, options) {
  let last = ''
  try {
    for await (const piece of model.stream(prompt, options)) {
      process.stdout.write(piece)
      last = piece
    }
  } finally {
    if (!last.endsWith('\n')) process.stdout.write('\n')
  }
}

/**
 * @param {Model} model
 * @param {string} prompt
 * @param {GenerateOptions} options
 */
async function printResult(model, prompt, options) {
  try {
    printJson(await model.generate(prompt, options))
  } catch (error) {
    if (error instanceof AbortError && error.result) printJson(error.result)
    throw error
  }
}
