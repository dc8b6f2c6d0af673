import { Command } from 'commander'
import { openVocabulary } from '../../lib/diagnostics.js'
import { catalog } from '../../lib/source/catalog.js'
import { resolveCommandSource } from '../commandModel.js'
import { readJsonFile } from '../input/readFiles.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** `realm tokenize`: the token ids of texts. */
export function tokenizeCommand() {
  return new Command('tokenize')
    .description('print the token ids of texts as JSON: [{"tokens":[…]}], one item a text')
    .option(
      '-m, --model <model>',
      'a model or a vocabulary-only file: a name, a path, hf:… or a URL',
      catalog.default,
    )
    .option('--text <text>', 'the text')
    .option('--texts-file <file>', 'a JSON file with a list of texts')
    .option('--no-special', 'take texts of special tokens as plain text')
    .option('--no-bos', 'add none of BOS, EOS, CLS and SEP')
    .option('--json', 'print JSON, which this command always does')
    .action(run)
}

/**
 * @param {{ model: string, text?: string, textsFile?: string, special: boolean, bos: boolean }} options
 * @param {Command} command
 */
async function run({ model, text, textsFile, special, bos }, command) {
  if ((text === undefined) === (textsFile === undefined)) {
    command.error('error: expected --text or --texts-file, and one of them only')
  }
  const texts =
    textsFile === undefined ? [String(text)] : await readJsonFile(textsFile, isTexts, 'a list of strings')
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

/**
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isTexts(value) {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
