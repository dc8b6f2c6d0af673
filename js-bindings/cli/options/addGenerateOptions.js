import { InvalidArgumentError } from 'commander'
import { parseNumber } from './parseNumber.js'

/** @import { Command } from 'commander' */

/**
 * How a text is generated, as the user says it; what is left out takes the library's defaults.
 *
 * @typedef {object} GenerateFlags
 * @property {string} [system]
 * @property {Record<string, unknown>} [templateOption]
 * @property {number} [maxTokens]
 * @property {number} [temperature]
 * @property {number} [topK]
 * @property {number} [topP]
 * @property {number} [minP]
 * @property {number} [seed]
 * @property {string[]} [stop]
 */

/**
 * Adds the options of a generation.
 *
 * @param {Command} command
 * @returns {Command}
 */
export function addGenerateOptions(command) {
  return command
    .option('--system <text>', "the system message (default: the catalog entry's, if it has one)")
    .option(
      '--template-option <name=value>',
      "a variable of the model's chat template, such as enable_thinking=false; may be given several times",
      addTemplateOption,
    )
    .option('--max-tokens <n>', 'the most tokens to make (default: until the model ends)', parseNumber)
    .option('--temperature <t>', '0 always takes the most probable token (default: 0.8)', parseNumber)
    .option('--top-k <k>', 'draw from the k most probable tokens, 0 from all (default: 40)', parseNumber)
    .option('--top-p <p>', 'draw from the fewest tokens that reach p together (default: 0.95)', parseNumber)
    .option(
      '--min-p <p>',
      'leave out tokens less probable than p times the best (default: 0.05)',
      parseNumber,
    )
    .option('--seed <n>', 'the same seed gives the same text (default: another each time)', parseNumber)
    .option(
      '--stop <text>',
      'a text that ends the generation; may be given several times',
      (/** @type {string} */ text, /** @type {string[]} */ earlier = []) => [...earlier, text],
    )
}

/**
 * Adds a variable of a chat template: its value is read as JSON, and is a text where it is none.
 *
 * @param {string} text
 * @param {Record<string, unknown>} [earlier]
 * @returns {Record<string, unknown>}
 * @throws {InvalidArgumentError}
 */
function addTemplateOption(text, earlier = {}) {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('Expected name=value.')
  return { ...earlier, [name]: readValue(value) }
}

/** @param {string} value */
function readValue(value) {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
