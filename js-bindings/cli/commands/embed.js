import { Command, Option } from 'commander'
import { loadCommandModel } from '../commandModel.js'
import { addTextOptions, givenTexts } from '../input/givenTexts.js'
import { addModelOptions, parseNumber } from '../options/addModelOptions.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { EmbedOptions } from '../../lib/types.d.ts' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** Values of a vector that people are shown. */
const SHOWN = 6

/**
 * @typedef {object} EmbedFlags
 * @property {string} [text]
 * @property {string} [textsFile]
 * @property {EmbedOptions['pooling']} [pooling]
 * @property {boolean} normalize
 * @property {number} [dimensions]
 * @property {boolean} [truncate]
 * @property {boolean} [json]
 */

/** `realm embed`: the vectors of texts. */
export function embedCommand() {
  const command = new Command('embed').description('turn texts into vectors').optionsGroup('The texts:')
  return addModelOptions(addTextOptions(command))
    .optionsGroup('The vectors:')
    .addOption(
      new Option(
        '--pooling <kind>',
        "what becomes of the tokens' states (default: what the model's file says)",
      ).choices(['mean', 'cls', 'last', 'none']),
    )
    .option('--no-normalize', 'leave the vectors as long as the model makes them')
    .option('--dimensions <n>', 'keep the first n values alone (default: all)', parseNumber)
    .option('--truncate', 'cut texts that are longer than the context')
    .optionsGroup('Output:')
    .option('--json', 'print the whole vectors as JSON: [{"embedding":[…]}], one item a text')
    .addHelpText(
      'after',
      `
Examples:
  realm embed -m all-minilm-l6-v2 Where is my parcel
  realm embed -m all-minilm-l6-v2 --texts-file passages.json --json > vectors.json`,
    )
    .action(run)
}

/**
 * @param {string[]} words
 * @param {ModelOptions & EmbedFlags} options
 * @param {Command} command
 */
async function run(words, { text, textsFile, json, ...options }, command) {
  const texts = await givenTexts(words, { text, textsFile }, command)
  const { pooling, normalize, dimensions, truncate } = options
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(options, signal)
    try {
      const { embeddings } = await model.embed(texts, { pooling, normalize, dimensions, truncate, signal })
      if (json) printJson(embeddings.map((embedding) => ({ embedding: [...embedding] })))
      else for (const [index, embedding] of embeddings.entries()) printLine(embedding, texts[index])
    } finally {
      await model.dispose()
    }
  })
}

/**
 * @param {Float32Array} embedding
 * @param {string} text
 */
function printLine(embedding, text) {
  const first = Array.from(embedding.subarray(0, SHOWN), (value) => value.toFixed(4)).join(' ')
  const rest = embedding.length > SHOWN ? ' …' : ''
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  process.stdout.write(`${embedding.length} values: ${first}${rest}  ${JSON.stringify(shown)}\n`)
}
