import { Command, Option } from 'commander'
import { loadCommandModel } from '../commandModel.js'
import { readJsonFile } from '../input/readFiles.js'
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
  const command = new Command('embed').description('turn texts into vectors')
  return addModelOptions(command)
    .option('--text <text>', 'the text')
    .option('--texts-file <file>', 'a JSON file with a list of texts')
    .addOption(
      new Option(
        '--pooling <kind>',
        "what becomes of the tokens' states (default: what the model's file says)",
      ).choices(['mean', 'cls', 'last', 'none']),
    )
    .option('--no-normalize', 'leave the vectors as long as the model makes them')
    .option('--dimensions <n>', 'keep the first n values alone (default: all)', parseNumber)
    .option('--truncate', 'cut texts that are longer than the context')
    .option('--json', 'print the whole vectors as JSON: [{"embedding":[…]}], one item a text')
    .action(run)
}

/**
 * @param {ModelOptions & EmbedFlags} options
 * @param {Command} command
 */
async function run({ text, textsFile, json, ...options }, command) {
  if ((text === undefined) === (textsFile === undefined)) {
    command.error('error: expected --text or --texts-file, and one of them only')
  }
  const texts =
    textsFile === undefined ? [String(text)] : await readJsonFile(textsFile, isTexts, 'a list of strings')
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
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isTexts(value) {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
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
