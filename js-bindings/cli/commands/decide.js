import { Command } from 'commander'
import { loadCommandModel } from '../commandModel.js'
import { readTextFile } from '../input/readFiles.js'
import { addModelOptions } from '../options/addModelOptions.js'
import { formatTable, printable, printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { DecisionQuestion } from '../../lib/types.d.ts' */
/** @import { ModelOptions } from '../options/addModelOptions.js' */

/** `realm decide`: a question about a document, answered by probabilities. */
export function decideCommand() {
  const command = new Command('decide')
    .description('answer a question about a document by how probable each answer is')
    .argument('<question>', 'the question, in quotes')
    .argument('[file]', 'the document; - or none is stdin', '-')
    .optionsGroup('The answers, yes and no unless one of:')
    .option('--choices <a,b>', 'these texts')
    .option('--score <min..max>', 'the integers from one to another')
    .optionsGroup('The question:')
    .option('--calibrate', 'ask with the answers in each cyclic order, and take the mean')
  return addModelOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'print the result as JSON: {"answer","probabilities"}')
    .addHelpText(
      'after',
      `
Examples:
  realm decide "Is the customer angry?" mail.txt
  realm decide "What is it about?" --choices delivery,payment,other mail.txt
  realm decide "How urgent is it?" --score 1..5 --calibrate < mail.txt`,
    )
    .action(run)
}

/**
 * @param {string} question
 * @param {string} file
 * @param {ModelOptions & { choices?: string, score?: string, calibrate?: boolean, json?: boolean }} options
 * @param {Command} command
 */
async function run(question, file, { choices, score, calibrate, json, ...options }, command) {
  if (choices !== undefined && score !== undefined)
    command.error('error: expected one of --choices and --score')
  const asked = questionOf(question, { choices, score }, command)
  const document = await readTextFile(file)
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(options, signal)
    try {
      const { decision } = await model.decide(document, { decision: asked }, { calibrate, signal })
      if (json) printJson(decision)
      else process.stdout.write(shown(asked, decision.probabilities))
    } finally {
      await model.dispose()
    }
  })
}

/**
 * @param {string} question
 * @param {{ choices?: string, score?: string }} answers
 * @param {Command} command
 * @returns {DecisionQuestion}
 */
function questionOf(question, { choices, score }, command) {
  if (choices !== undefined) return { type: 'choice', question, options: choices.split(',') }
  if (score === undefined) return { type: 'boolean', question }
  const [, min, max] = /^(-?\d+)\.\.(-?\d+)$/.exec(score) ?? []
  if (min === undefined) command.error(`error: --score is ${score}, expected two integers such as 1..5`)
  return { type: 'score', question, min: Number(min), max: Number(max) }
}

/**
 * @param {DecisionQuestion} question
 * @param {Record<string, number>} probabilities
 */
function shown({ type }, probabilities) {
  /** @type {Record<string, string>} */
  const words = { true: 'yes', false: 'no' }
  const entries = Object.entries(probabilities)
  if (type !== 'score') entries.sort(([, a], [, b]) => b - a)
  return formatTable(
    entries.map(([label, probability]) => [
      `${(100 * probability).toFixed(1)} %`,
      printable(type === 'boolean' ? words[label] : label),
    ]),
    { right: [0] },
  )
}
