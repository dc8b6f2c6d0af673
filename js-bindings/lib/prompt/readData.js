import { invalidArgument, text } from '../arguments/checks.js'

/** How deep data may be nested: printing it takes some of the stack for each level. */
const DEEPEST = 100

/**
 * Checks data for a template, as JSON has it, and copies it. Fields that are undefined are left out.
 *
 * @param {unknown} value null, a boolean, a finite number, a well-formed string, or arrays and plain objects of these
 * @param {string} name
 * @param {number} [depth]
 * @returns {unknown}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function readData(value, name, depth = 0) {
  if (typeof value === 'string') return text(value, name)
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return value
  if (depth === DEEPEST) throw invalidArgument(name, value, `at most ${DEEPEST} levels of arrays and objects`)
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => readData(item, `${name}[${index}]`, depth + 1))
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    throw invalidArgument(
      name,
      value,
      'data as JSON has it: a string, number, boolean, null, array or plain object',
    )
  }
  const entries = Object.entries(/** @type {object} */ (value)).filter(([, item]) => item !== undefined)
  // fromEntries defines fields, so that one named __proto__ is a field, too.
  return Object.fromEntries(
    entries.map(([key, item]) => [
      text(key, `a key of ${name}`),
      readData(item, `${name}.${key}`, depth + 1),
    ]),
  )
}

/**
 * Checks the variables that are given to a template.
 *
 * @param {unknown} value an object of data
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
export function readTemplateOptions(value, name) {
  const data = readData(value, name)
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalidArgument(name, value, 'an object, such as { enable_thinking: false }')
  }
  for (const taken of ['messages', 'add_generation_prompt']) {
    if (Object.hasOwn(data, taken)) {
      throw invalidArgument(
        `${name}.${taken}`,
        undefined,
        'no such variable',
        'The prompt and addGenerationPrompt say what it is.',
      )
    }
  }
  return /** @type {Record<string, unknown>} */ (data)
}

/**
 * Checks the descriptions of tools that a chat template writes.
 *
 * @param {unknown} value an array of data
 * @param {string} name
 */
export function readTools(value, name) {
  if (!Array.isArray(value))
    throw invalidArgument(name, value, "an array of tools, such as { type: 'function', function }")
  return readData(value, name)
}
