import { InvalidArgumentError, Option } from 'commander'
import { catalog } from '../../lib/source/catalog.js'

/** @import { Command } from 'commander' */

/**
 * What the commands that load a model have in common.
 *
 * @typedef {object} ModelOptions
 * @property {string} model
 * @property {number} [contextLength]
 * @property {number} [threads]
 * @property {'f16' | 'q8_0' | 'q4_0'} [kvCache]
 * @property {number} [cacheMb]
 * @property {boolean} [overcommit]
 * @property {string} [draft] of commands that make text
 */

/**
 * Adds the options that say which model is loaded, and how.
 *
 * @param {Command} command
 * @param {{ named?: boolean }} [options] `named`: whether there is one that says which; default true
 * @returns {Command}
 */
export function addModelOptions(command, { named = true } = {}) {
  command.optionsGroup('The model:')
  if (named) {
    command.option(
      '-m, --model <model>',
      'a catalog name (see: realm list), a path, hf:owner/repo[:Q4_K_M], hf:owner/repo/file or a URL',
      catalog.default,
    )
  }
  return command
    .option(
      '--context-length <n>',
      'the most tokens of prompt and answer together (default: what the model was trained for)',
      parseNumber,
    )
    .option('--threads <n>', "threads that compute (default: the machine's cores)", parseNumber)
    .addOption(
      new Option('--kv-cache <format>', 'how keys and values are kept (default: f16)').choices([
        'f16',
        'q8_0',
        'q4_0',
      ]),
    )
    .option(
      '--cache-mb <n>',
      "mebibytes of all keys and values (default: a quarter of the machine's memory)",
      parseNumber,
    )
    .option('--overcommit', 'load it also where it needs more memory than is free')
}

/**
 * Adds the same for commands that make text, which another model may guess.
 *
 * @param {Command} command
 * @returns {Command}
 */
export function addTextModelOptions(command) {
  return addModelOptions(command).option(
    '--draft <model>',
    'a smaller model with the same tokens, which guesses how the answer goes on: it is the same, and mostly sooner there',
  )
}

/**
 * Reads an option's number. Whether it is in its range, the library says.
 *
 * @param {string} text
 * @returns {number}
 * @throws {InvalidArgumentError}
 */
export function parseNumber(text) {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('Expected a number.')
  return number
}
