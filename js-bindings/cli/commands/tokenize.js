import { Command } from 'commander'
import { openVocabulary } from '../../lib/diagnostics.js'
import { catalog } from '../../lib/source/catalog.js'
import { resolveCommandSource } from '../commandModel.js'
import { addTextOptions, givenTexts } from '../input/givenTexts.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** `realm tokenize`: the token ids of texts. */
export function tokenizeCommand() {
  const command = new Command('tokenize')
    .description('print the token ids of texts as JSON: [{"tokens":[…]}], one item a text')
    .option(
      '-m, --model <model>',
      'a model or a vocabulary-only file: a name, a path, hf:… or a URL',
      catalog.default,
    )
  return addTextOptions(command)
    .option('--no-special', 'take texts of special tokens as plain text')
    .option('--no-bos', 'add none of BOS, EOS, CLS and SEP')
    .option('--json', 'print JSON, which this command always does')
    .action(run)
}

/**
 * @param {string[]} words
 * @param {{ model: string, text?: string, textsFile?: string, special: boolean, bos: boolean }} options
 * @param {Command} command
 */
async function run(words, { model, text, textsFile, special, bos }, command) {
  const texts = await givenTexts(words, { text, textsFile }, command)
  await untilInterrupted(async (signal) => {
    const { path } = await resolveCommandSource(model, signal, { toRun: false })
    const vocabulary = await openVocabulary(path, { signal })
    try {
      printJson(texts.map((text) => ({ tokens: vocabulary.tokenize(text, { special, addBos: bos }) })))
    } finally {
      await vocabulary.dispose()
    }
  })
}
