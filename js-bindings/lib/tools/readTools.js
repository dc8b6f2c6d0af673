import { invalidArgument, text } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'
import { schemaOf } from '../generation/format.js'
import { Guest } from '../guest/Guest.js'

/** @import { ToolChoice, ToolContext } from '../types.d.ts' */

/**
 * A tool that a model may call.
 *
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} [description]
 * @property {unknown} parameters the JSON Schema of its arguments
 * @property {(args: any, context: ToolContext) => unknown} [execute] answers a call
 */

/** Names that every form of calls can write. */
const NAME = /^[A-Za-z0-9_.:-]{1,128}$/

/**
 * Checks the tools that a model may call.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {Tool[]}
 */
export function readTools(value, name) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(
      name,
      value,
      'an object of tools by name, such as { add: { description, parameters } }',
    )
  }
  return Object.entries(value).map(([tool, given]) => readTool(tool, given, `${name}.${tool}`))
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} what
 * @returns {Tool}
 */
function readTool(name, value, what) {
  if (!NAME.test(name)) {
    throw invalidArgument('the name of a tool', name, '1 to 128 letters, digits and signs of _ - . and :')
  }
  const {
    description,
    parameters = { type: 'object', properties: {}, additionalProperties: false },
    execute,
  } = readOptions(
    value,
    { description: text, parameters: schemaOf, execute: readHandler(name) },
    { what, prefix: `${what}.` },
  )
  return {
    name,
    ...(description === undefined ? {} : { description }),
    parameters,
    ...(execute === undefined ? {} : { execute }),
  }
}

/** @param {string} tool */
function readHandler(tool) {
  /**
   * @param {unknown} value
   * @param {string} name
   * @returns {NonNullable<Tool['execute']>}
   */
  return (value, name) => {
    if (value instanceof Guest) return (args) => value.call(tool, args)
    if (typeof value !== 'function') {
      throw invalidArgument(name, value, 'a function, or a guest that has a function of this name')
    }
    return /** @type {NonNullable<Tool['execute']>} */ (value)
  }
}

/**
 * Checks whether tools are called.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {ToolChoice}
 */
export function readToolChoice(value, name) {
  if (value === 'auto' || value === 'none' || value === 'required') return value
  if (typeof value !== 'object') {
    throw invalidArgument(name, value, "'auto', 'none', 'required' or { tool: name }")
  }
  const { tool } = readOptions(value, { tool: text }, { what: name, prefix: `${name}.` })
  if (tool === undefined) throw invalidArgument(`${name}.tool`, tool, 'the name of a tool')
  return { tool }
}
