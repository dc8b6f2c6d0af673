import { Command } from 'commander'
import { logits } from '../../lib/diagnostics.js'
import { loadCommandModel } from '../commandModel.js'
import { readJsonFile } from '../input/readFiles.js'
import { addModelOptions, parseNumber } from '../options/addModelOptions.js'
import { printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** `realm logits`: the most probable next tokens at each position. */
export function logitsCommand() {
  const command = new Command('logits')
    .description(
      'print the most probable next tokens after each token as JSON: [{"ids":[…],"top":[[[id, logProbability],…],…]}]',
    )
    .requiredOption('--tokens-file <file>', 'a JSON file with a list of lists of token ids')
    .option('--top <n>', 'how many tokens at each position', parseNumber, 200)
    .option(
      '--batch <n>',
      'tokens a step; 1 is how text is generated (default: as a prompt is read)',
      parseNumber,
    )
  return addModelOptions(command).option('--json', 'print JSON, which this command always does').action(run)
}

/** @param {ModelOptions & { tokensFile: string, top: number, batch?: number }} options */
async function run({ tokensFile, top, batch, ...modelOptions }) {
  const lists = await readJsonFile(tokensFile, isIdLists, 'a list of lists of token ids')
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(modelOptions, signal)
    try {
      const results = []
      for (const ids of lists) results.push(await logits(model, ids, { top, batch, signal }))
      printJson(results)
    } finally {
      await model.dispose()
    }
  })
}

/**
 * @param {unknown} value
 * @returns {value is number[][]}
 */
function isIdLists(value) {
  const isIds = (/** @type {unknown} */ item) =>
    Array.isArray(item) && item.every((id) => typeof id === 'number')
  return Array.isArray(value) && value.every(isIds)
}
