import { InvalidArgumentError, Option } from 'commander'
import { describeOption } from '../../lib/generation/generateOptions.js'
import { generateOptions } from '../../lib/generation/options.js'
import { parseNumber } from './addModelOptions.js'

/** @import { Command } from 'commander' */
/** @import { OptionEntry } from '../../lib/generation/generateOptions.js' */
/** @import { GenerateOptions } from '../../lib/types.d.ts' */

/**
 * Adds the options of a generation that the library's table has a flag for; what is left out takes the library's defaults.
 *
 * @param {Command} command
 * @param {string[]} [without] names of options that the command cannot have
 * @returns {Command}
 */
export function addGenerateOptions(command, without = []) {
  command.optionsGroup('The answer:')
  for (const [name, option] of Object.entries(generateOptions)) {
    if (option.flag !== undefined && !without.includes(name)) addOption(command, option.flag, option)
  }
  return command
}

/**
 * The options of a generation among the flags that the user gave.
 *
 * @param {Record<string, any>} flags by the names that the program gives them
 * @returns {GenerateOptions}
 */
export function readGenerateFlags(flags) {
  const values = Object.entries(generateOptions).map(([name, { flag = `--${name}` }]) => [
    name,
    flags[new Option(flag).attributeName()],
  ])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

/**
 * @param {Command} command
 * @param {string} flag
 * @param {OptionEntry} option
 */
function addOption(command, flag, option) {
  const help = describeOption(option)
  if (option.kind === 'text' || option.kind === 'boolean') command.option(flag, help)
  else if (option.kind === 'texts') command.option(flag, `${help}; may be given several times`, addText)
  else if (option.kind === 'variables')
    command.option(flag, `${help}; may be given several times`, addVariable)
  else if (option.kind === 'biases') command.option(flag, `${help}; may be given several times`, addBias)
  else if (option.kind === 'record') command.option(flag, help, parseRecord)
  else if (option.kind === 'reasoning')
    command.option(flag, `${help}; true, false, tokens or an effort`, readHow)
  else command.option(flag, help, parseNumber)
}

/**
 * @param {string} text
 * @param {string[]} [earlier]
 */
function addText(text, earlier = []) {
  return [...earlier, text]
}

/**
 * Adds a variable of a chat template: its value is read as JSON, and is a text where it is none.
 *
 * @param {string} text
 * @param {Record<string, unknown>} [earlier]
 * @returns {Record<string, unknown>}
 * @throws {InvalidArgumentError}
 */
function addVariable(text, earlier = {}) {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('Expected name=value.')
  return { ...earlier, [name]: readValue(value) }
}

/**
 * How a model is to think: a budget where it is a number, else an effort.
 *
 * @param {string} how
 * @returns {GenerateOptions['reasoning']}
 */
function readHow(how) {
  if (how === 'true' || how === 'false') return how === 'true'
  return /^\d+$/.test(how) ? { budget: Number(how) } : { effort: how }
}

/**
 * Adds a number for the logit of a token id. Whether both are in their ranges, the library says.
 *
 * @param {string} text
 * @param {Record<string, number>} [earlier]
 * @returns {Record<string, number>}
 * @throws {InvalidArgumentError}
 */
function addBias(text, earlier = {}) {
  const [, id, bias] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (id === undefined) throw new InvalidArgumentError('Expected id=number.')
  return { ...earlier, [id]: parseNumber(bias) }
}

/**
 * Reads an object of numbers: `name=number` with commas between them, or JSON.
 *
 * @param {string} text
 * @returns {Record<string, unknown>}
 * @throws {InvalidArgumentError}
 */
function parseRecord(text) {
  if (text.startsWith('{')) {
    const value = readValue(text)
    if (typeof value === 'string') throw new InvalidArgumentError('Expected JSON, or name=number.')
    return /** @type {Record<string, unknown>} */ (value)
  }
  return Object.fromEntries(
    text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const [, name, number] = /^([^=]+)=(.*)$/s.exec(part) ?? []
        if (name === undefined) throw new InvalidArgumentError('Expected name=number, or JSON.')
        return [name.trim(), parseNumber(number)]
      }),
  )
}

/** @param {string} value */
function readValue(value) {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
