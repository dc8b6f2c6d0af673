import { givenText } from './givenText.js'
import { readJsonFile } from './readFiles.js'

/** @import { Command } from 'commander' */

/**
 * Adds the ways to give the texts that a command works on.
 *
 * @param {Command} command
 * @returns {Command}
 */
export function addTextOptions(command) {
  return command
    .argument('[words...]', 'the text, without quotes if you like; without it, stdin is the text')
    .option('--text <text>', 'the text')
    .option('--texts-file <file>', 'a JSON file with a list of texts')
}

/**
 * The texts that the user gave.
 *
 * @param {string[]} words of one text
 * @param {{ text?: string, textsFile?: string }} flags
 * @param {Command} command fails where none is given, or in two ways
 * @returns {Promise<string[]>}
 * @throws {import('../../lib/errors/RealmError.js').RealmError} `FILE_NOT_FOUND`, `IO_ERROR` or `INVALID_ARGUMENT`
 */
export async function givenTexts(words, { text, textsFile }, command) {
  const given = [words.length > 0, text !== undefined, textsFile !== undefined].filter(Boolean)
  if (given.length > 1) command.error('error: expected a text, --text or --texts-file, and one of them only')
  if (textsFile !== undefined) return readJsonFile(textsFile, isTexts, 'a list of strings')
  if (text !== undefined) return [text]
  return [await givenText(words, undefined, command, { what: 'a text', flag: '--texts-file' })]
}

/**
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isTexts(value) {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
