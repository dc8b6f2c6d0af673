import { Command } from 'commander'
import { loadCommandModel } from '../commandModel.js'
import { readTextFile } from '../input/readFiles.js'
import { addGenerateOptions, readGenerateFlags } from '../options/addGenerateOptions.js'
import { addTextModelOptions } from '../options/addModelOptions.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { InfillOptions } from '../../lib/types.d.ts' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** What chats have, and a middle has not. */
const OF_CHATS = ['system', 'templateOptions', 'showFormat']

/** `realm infill`: the middle of a text. */
export function infillCommand() {
  const command = new Command('infill')
    .description('fill in the middle of a text, by a model for code')
    .argument('<file>', 'the text, with the marker where the middle is missing; - is stdin')
    .argument('[files...]', 'other files of the same repository, which the model reads first')
    .option('--marker <text>', 'what stands where the middle is missing', '<FILL>')
  return addGenerateOptions(addTextModelOptions(command), OF_CHATS)
    .optionsGroup('Output:')
    .option('--json', 'print the whole result as JSON, at the end')
    .addHelpText(
      'after',
      `
Examples:
  realm infill -m qwen2.5-coder.gguf sum.js --max-tokens 60
  realm infill -m qwen2.5-coder.gguf sum.js lib/add.js --stop "}"`,
    )
    .action(run)
}

/**
 * @param {string} file
 * @param {string[]} files
 * @param {ModelOptions & { marker: string, json?: boolean } & Record<string, any>} options
 * @param {Command} command
 */
async function run(file, files, { marker, json, ...options }, command) {
  const whole = await readTextFile(file)
  const [prefix, suffix, ...more] = whole.split(marker)
  if (suffix === undefined || more.length > 0) {
    command.error(`error: expected ${marker} once in ${file}: that is where the middle is missing`)
  }
  const others = await Promise.all(files.map(async (name) => ({ name, text: await readTextFile(name) })))
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(options, signal)
    try {
      /** @type {InfillOptions} */
      const given = { ...readGenerateFlags(options), files: others, file, signal }
      if (json) printJson(await model.infill(prefix, suffix, given))
      else {
        for await (const piece of model.streamInfill(prefix, suffix, given)) process.stdout.write(piece)
        process.stdout.write('\n')
      }
    } finally {
      await model.dispose()
    }
  })
}
