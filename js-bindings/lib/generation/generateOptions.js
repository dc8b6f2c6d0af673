/**
 * An option of a generation, as `options.js` tells of it.
 *
 * @typedef {object} OptionEntry
 * @property {'integer' | 'number' | 'boolean' | 'text' | 'texts' | 'choice' | 'record' | 'biases' | 'variables' | 'format' | 'tools' | 'toolChoice'
 *   | 'reasoning' | 'signal'} kind of its values
 * @property {number} [from] the least value
 * @property {number} [above] what values are above, where there is no least one
 * @property {number} [to] the greatest value
 * @property {string[]} [values] all of them, of a choice
 * @property {Record<string, OptionEntry>} [fields] of an object, each with no flag of its own
 * @property {boolean} [required] whether a field of an object must be there
 * @property {number} [most] how many texts there may be
 * @property {string} meaning a line without a full stop
 * @property {number | boolean | string} [default] the value where it is left out
 * @property {string} [otherwise] what happens where it is left out, of one without such a value
 * @property {string} [file] the key under `general.sampling.` by which a model's file gives another default
 * @property {string} [flag] how the command line takes it
 */

/**
 * What is taken where an option is left out, in words.
 *
 * @param {OptionEntry} option
 */
export function defaultOf({ default: value, otherwise }) {
  return value === undefined ? String(otherwise) : String(value)
}

/**
 * The values that an option may have, in words.
 *
 * @param {OptionEntry} option
 * @returns {string} empty where the type says it all
 */
export function rangeOf({ kind, from, above, to, most, values, fields }) {
  switch (kind) {
    case 'record':
      return `an object with ${Object.entries(fields ?? {})
        .map(describeField)
        .join(', ')}`
    case 'integer':
      if (Number(to) === 2 ** 31 - 1) return `an integer from ${from}`
      return Number(to) > 2 ** 31 ? 'an integer' : `an integer from ${from} to ${to}`
    case 'number':
      return above === undefined ? `${from} to ${to}` : `above ${above}, up to ${to}`
    case 'texts':
      return `up to ${most}, none of them empty`
    case 'choice':
      return `one of ${(values ?? []).join(', ')}`
    case 'biases':
      return `${from} to ${to}, or -Infinity`
    default:
      return ''
  }
}

/** @param {[string, OptionEntry]} field */
function describeField([name, field]) {
  const parts = [rangeOf(field), field.required ? '' : `default ${defaultOf(field)}`].filter(Boolean)
  return `${name} (${parts.join('; ')})`
}

/**
 * All that there is to say of an option: meaning, range, default.
 *
 * @param {OptionEntry} option
 * @returns {string} a sentence without its full stop
 */
export function describeOption(option) {
  const otherwise = option.required ? 'must be there' : `default: ${defaultOf(option)}`
  return [option.meaning, rangeOf(option), otherwise].filter(Boolean).join('; ')
}
