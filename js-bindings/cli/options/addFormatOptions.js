import { readTextFile } from '../input/readFiles.js'

/** @import { Command } from 'commander' */
/** @import { Format } from '../../lib/types.d.ts' */

/**
 * The flags of a format, of which one alone may be given.
 *
 * @typedef {{ schema?: string, grammar?: string, choices?: string, regex?: string, jsonFormat?: boolean }} FormatFlags
 */

/**
 * Adds the flags that say what the answer must be like.
 *
 * @param {Command} command
 * @returns {Command}
 */
export function addFormatOptions(command) {
  return command
    .optionsGroup("The answer's format, one of:")
    .option('--schema <file>', 'JSON that meets the JSON Schema in a file; - is stdin')
    .option('--grammar <file>', 'a text of the GBNF grammar in a file; - is stdin')
    .option('--choices <a,b>', 'one of these texts')
    .option('--regex <pattern>', 'a text that a pattern matches from end to end, as in JavaScript')
    .option('--json-format', 'any JSON')
}

/**
 * The format that the flags ask for.
 *
 * @param {FormatFlags} flags
 * @param {Command} command fails where there are several, or the file holds no JSON
 * @returns {Promise<Format | undefined>}
 */
export async function readFormatFlags({ schema, grammar, choices, regex, jsonFormat }, command) {
  const given = [schema, grammar, choices, regex, jsonFormat].filter((flag) => flag !== undefined)
  if (given.length > 1) {
    command.error('error: expected one of --schema, --grammar, --choices, --regex and --json-format')
  }
  if (schema !== undefined) return { schema: parse(await readTextFile(schema), schema, command) }
  if (grammar !== undefined) return { grammar: await readTextFile(grammar) }
  if (choices !== undefined) return { choices: choices.split(',') }
  if (regex !== undefined) return { regex }
  return jsonFormat ? 'json' : undefined
}

/**
 * @param {string} text
 * @param {string} file
 * @param {Command} command
 */
function parse(text, file, command) {
  try {
    return JSON.parse(text)
  } catch (error) {
    return command.error(`error: ${file} is no JSON: ${/** @type {Error} */ (error).message}`)
  }
}
