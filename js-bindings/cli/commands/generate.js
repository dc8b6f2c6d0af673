import { Command } from 'commander'
import { AbortError } from '../../lib/errors/AbortError.js'
import { describeOption } from '../../lib/generation/generateOptions.js'
import { generateOptions } from '../../lib/generation/options.js'
import { loadCommandModel } from '../commandModel.js'
import { givenText } from '../input/givenText.js'
import { addFormatOptions, readFormatFlags } from '../options/addFormatOptions.js'
import { addGenerateOptions, readGenerateFlags } from '../options/addGenerateOptions.js'
import { addTextModelOptions } from '../options/addModelOptions.js'
import { formatLogprobs } from '../terminal/formatLogprobs.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { GenerateOptions, Prompt } from '../../lib/types.d.ts' */
/** @import { Model } from '../../lib/Model.js' */
/** @import { FormatFlags } from '../options/addFormatOptions.js' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** `realm generate`: one prompt, one answer, streamed to stdout. */
export function generateCommand() {
  const command = new Command('generate')
    .description('answer a prompt')
    .argument(
      '[prompt...]',
      'the prompt, without quotes if you like: one user message, where the model has a chat template. Without it, stdin ' +
        'is the prompt; where - is its last word, what stdin holds follows',
    )
    .optionsGroup('The prompt:')
    .option('--prompt-file <file>', 'read the prompt from a file, without the newline at its end; - is stdin')
    .option('--raw', describeOption(generateOptions.raw))
    .option(
      '--continue-final <text>',
      'the beginning of the answer, in which the model goes on; what is printed follows it',
    )
  return addFormatOptions(addGenerateOptions(addTextModelOptions(command)))
    .optionsGroup('Output:')
    .option('--json', 'print the whole result as JSON, at the end')
    .addHelpText(
      'after',
      `
Examples:
  realm generate What is the capital of France
  realm generate "What's the capital of France?" --temperature 0
  realm generate --choices yes,no Is Paris in France
  realm generate Summarize in one sentence: - < notes.txt
  realm generate -m qwen3-0.6b --template-option enable_thinking=false Hello
  git diff | realm generate --system "Write a commit message."`,
    )
    .action(run)
}

/**
 * @param {string[]} words
 * @param {ModelOptions & Omit<GenerateOptions, 'continueFinal'> & FormatFlags & { promptFile?: string, raw?: boolean, json?: boolean,
 *   continueFinal?: string }} options
 * @param {Command} command
 */
async function run(words, options, command) {
  const prompt = await givenText(words, options.promptFile, command, {
    what: 'a prompt',
    flag: '--prompt-file',
  })
  const format = await readFormatFlags(options, command)
  const { continueFinal, ...flags } = options
  /** @type {Prompt} */
  const chat =
    continueFinal === undefined
      ? prompt
      : [
          { role: 'user', content: prompt },
          { role: 'assistant', content: continueFinal },
        ]
  const given = { ...readGenerateFlags(flags), continueFinal: continueFinal !== undefined, format }
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(options, signal)
    try {
      const print = options.json ? printResult : printText
      await print(model, chat, { ...given, signal })
    } finally {
      await model.dispose()
    }
  })
}

/**
 * @param {Model} model
 * @param {Prompt} prompt
 * @param {GenerateOptions} options
 */
async function printText(model, prompt, options) {
  const stream = model.stream(prompt, options)
  let last = ''
  try {
    for await (const piece of stream) {
      process.stdout.write(piece)
      last = piece
    }
    if (last === '') process.stdout.write('\n')
  } finally {
    // A line that was begun is ended, whatever ended the text.
    if (last !== '' && !last.endsWith('\n')) process.stdout.write('\n')
  }
  const { logprobs } = await stream.result
  if (logprobs !== undefined) process.stdout.write(`\n${formatLogprobs(logprobs)}`)
}

/**
 * @param {Model} model
 * @param {Prompt} prompt
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
