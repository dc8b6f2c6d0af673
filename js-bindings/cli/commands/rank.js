import { Command } from 'commander'
import { RealmError } from '../../lib/errors/RealmError.js'
import { loadCommandModel } from '../commandModel.js'
import { readJsonFile, readTextFile } from '../input/readFiles.js'
import { addModelOptions } from '../options/addModelOptions.js'
import { printable, printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** @import { ModelOptions } from '../options/addModelOptions.js' */

/**
 * A document, and how people find it again.
 *
 * @typedef {{ name: string, text: string }} NamedDocument
 */

/** `realm rank`: documents, best first. */
export function rankCommand() {
  const command = new Command('rank')
    .description('sort documents by how well they answer a query')
    .optionsGroup('The documents:')
    .argument('<query>', 'the query; in quotes, since files follow')
    .argument('[files...]', 'a document each; - or none: each line of stdin is one')
    .option('--documents-file <file>', 'a JSON file with a list of texts')
  return addModelOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'print the result as JSON: {"results":[{"index","score"}],"usage"}')
    .addHelpText(
      'after',
      `
Examples:
  realm rank -m bge-reranker.gguf "Where is my parcel" faq/*.md
  grep -h parcel mails.txt | realm rank -m bge-reranker.gguf "Where is my parcel"`,
    )
    .action(run)
}

/**
 * @param {string} query
 * @param {string[]} files
 * @param {ModelOptions & { documentsFile?: string, json?: boolean }} options
 * @param {Command} command
 */
async function run(query, files, { documentsFile, json, ...options }, command) {
  if (files.length > 0 && documentsFile !== undefined) {
    command.error('error: expected files or --documents-file, and one of them only')
  }
  const documents = documentsFile === undefined ? await readDocuments(files) : await readList(documentsFile)
  await untilInterrupted(async (signal) => {
    const model = await loadCommandModel(options, signal)
    try {
      const result = await model.rank(
        query,
        documents.map(({ text }) => text),
        { signal },
      )
      if (json) printJson(result)
      else {
        for (const { index, score } of result.results) {
          process.stdout.write(`${score.toFixed(4)}  ${printable(documents[index].name)}\n`)
        }
      }
    } finally {
      await model.dispose()
    }
  })
}

/**
 * @param {string[]} files
 * @returns {Promise<NamedDocument[]>}
 */
async function readDocuments(files) {
  const paths = files.length === 0 ? ['-'] : files
  if (files.length === 0 && process.stdin.isTTY) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      'documents: received none, expected files, --documents-file, or lines on stdin.',
    )
  }
  const lists = await Promise.all(
    paths.map(async (path) => {
      const text = await readTextFile(path)
      return path === '-' ? linesOf(text) : [{ name: path, text }]
    }),
  )
  return lists.flat()
}

/** @param {string} text */
function linesOf(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.map((line) => ({ name: shortened(line), text: line }))
}

/** @param {string} path */
async function readList(path) {
  const texts = await readJsonFile(path, isTexts, 'a list of strings')
  return texts.map((text) => ({ name: shortened(text), text }))
}

/** @param {string} text */
function shortened(text) {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/**
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isTexts(value) {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
