import { Command, Option } from 'commander'
import { estimateModel } from '../../lib/estimateModel.js'
import { parseNumber } from '../options/addModelOptions.js'
import { formatBytes, formatTable, printable, printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { EstimateOptions, ModelEstimate } from '../../lib/types.d.ts' */

/** `realm estimate`: the memory that a model will take. */
export function estimateCommand() {
  return new Command('estimate')
    .description('tell how much memory a model will take, without loading it')
    .argument(
      '<model>',
      'a path, a URL, hf:owner/repo[:Q4_K_M], or a catalog name; only the head of a file is fetched',
    )
    .option(
      '--context-length <n>',
      'tokens of prompt and answer together (default: what the model was trained for)',
      parseNumber,
    )
    .addOption(
      new Option('--kv-cache <format>', 'how keys and values are kept (default: f16)').choices([
        'f16',
        'q8_0',
        'q4_0',
      ]),
    )
    .option('--parallel <n>', 'texts of that length at a time (default: 1)', parseNumber)
    .option('--draft <model>', 'a draft model beside it: all figures are of both')
    .option('--json', 'print all of it as JSON')
    .action(run)
}

/**
 * @param {string} source
 * @param {EstimateOptions & { json?: boolean }} options
 */
async function run(source, { json, ...options }) {
  const estimate = await untilInterrupted((signal) => estimateModel(source, { ...options, signal }))
  if (json) printJson(estimate)
  else print(estimate)
}

/** @param {ModelEstimate} estimate */
function print(estimate) {
  const { name, architecture, trainedContext, contextLength, kvCache, parallel, bytes, machine } = estimate
  const texts = parallel === 1 ? 'a text' : `${parallel} texts`
  const rows = [
    ['weights', bytes.packedWeights, 'repacked'],
    ['', bytes.fileWeights, 'read where the file has them'],
    ['cache', bytes.cache, `${texts} of ${contextLength} tokens, ${kvCache}`],
    ['buffers', bytes.work, 'of a step'],
    ['program', bytes.runtime, 'Node, Java and the vocabulary'],
    ['total', bytes.total, bytes.draft === 0 ? '' : `${formatBytes(bytes.draft)} of it for the draft`],
  ]
  const { stdout } = process
  stdout.write(`${printable(name)} (${printable(architecture)}), trained for ${trainedContext} tokens\n\n`)
  stdout.write(
    formatTable(
      rows.map(([what, count, note]) => [String(what), formatBytes(Number(count)), String(note)]),
      { right: [1] },
    ),
  )
  stdout.write(
    `\n${machine.bound} has ${formatBytes(machine.freeBytes)} free of ${formatBytes(machine.limitBytes)}: ${verdict(estimate)}\n\n`,
  )
  stdout.write(table(estimate))
}

/** @param {ModelEstimate} estimate */
function verdict({ fits, largestContext, trainedContext }) {
  if (largestContext === null) return 'it does not fit, with any context'
  if (largestContext === trainedContext) return 'it fits, with any context'
  return `${fits ? 'it fits' : 'it does not fit'}; the largest context is ${largestContext}`
}

/**
 * The totals: a row a context, a column a format of keys and values.
 *
 * @param {ModelEstimate} estimate
 */
function table({ contexts }) {
  const formats = [...new Set(contexts.map(({ kvCache }) => kvCache))]
  const lengths = [...new Set(contexts.map(({ contextLength }) => contextLength))]
  const rows = lengths.map((length) => [
    String(length),
    ...formats.map((format) => {
      const found = contexts.find(
        ({ contextLength, kvCache }) => contextLength === length && kvCache === format,
      )
      return found === undefined ? '' : `${formatBytes(found.totalBytes)}${found.fits ? '' : ' (too much)'}`
    }),
  ])
  return formatTable([['context', ...formats], ...rows], { right: [0, ...formats.keys()].map((_, i) => i) })
}
