import { readTextFile } from './readFiles.js'

/** @import { Command } from 'commander' */

/**
 * The text that the user gave: words, which need no quotes, a file, or stdin where neither is given. Where `-` is the last
 * word, what stdin holds follows the words, as a paragraph of its own.
 *
 * @param {string[]} words
 * @param {string | undefined} file `-` is stdin
 * @param {Command} command fails where there is nothing, or both
 * @param {{ what: string, flag: string }} names what the text is, and the flag of the file, for messages
 * @returns {Promise<string>} without the newline at the end of a file or of stdin
 * @throws {import('../../lib/errors/RealmError.js').RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, or `INVALID_ARGUMENT` where
 *   it is not UTF-8
 */
export async function givenText(words, file, command, { what, flag }) {
  if (words.length > 0 && file !== undefined) {
    command.error(`error: expected ${what} or ${flag}, and one of them only`)
  }
  if (words.length > 0 && words.at(-1) !== '-') return words.join(' ')
  if (words.length > 1) return `${words.slice(0, -1).join(' ')}\n\n${await readText('-')}`
  const isLeftToStdin = words.length === 0 && file === undefined
  const text = isLeftToStdin && process.stdin.isTTY ? '' : await readText(file ?? '-')
  if (isLeftToStdin && text === '') {
    command.error(`error: expected ${what}, ${flag}, or a text on stdin`)
  }
  return text
}

/** @param {string} path */
async function readText(path) {
  // What editors and echo put at the end of a text is no part of it.
  return (await readTextFile(path)).replace(/\r?\n$/, '')
}
