/**
 * How a model writes calls of tools: `open`, the pieces of a call, for each further one `between` and its pieces, `close`.
 * All but the pieces is text that comes as it stands here, special tokens among it.
 *
 * @typedef {object} CallForm
 * @property {string} trigger what `open` begins with: text ends, and a call begins, where the model writes it
 * @property {string} open behind the text of the turn, before the first call
 * @property {readonly CallPiece[]} call
 * @property {string | undefined} between two calls; undefined where a turn has one call at most
 * @property {string} close behind the last call
 */

/**
 * A part of a call: a text as it stands, the tool's name, the call's id, or its arguments.
 *
 * @typedef {string | { part: 'name' } | { part: 'id', pattern: string } | { part: 'arguments', writing: ArgumentWriting }} CallPiece
 */

/**
 * How arguments are written: as JSON, or member by member in a markup of the model's own.
 *
 * @typedef {{ kind: 'json', spacing: 'single' | 'none' } | MembersWriting} ArgumentWriting
 */

/**
 * Members one by one: `open`, then for each a name, `afterName` and a value, with `between` two of them, then `close`. An
 * object without members is `empty`.
 *
 * @typedef {object} MembersWriting
 * @property {'members'} kind
 * @property {string} empty
 * @property {string} open
 * @property {string} afterName
 * @property {string} between
 * @property {string} close
 * @property {{ open: string, close: string } | undefined} strings what stands around a string, which is raw between; where
 *   it is undefined, strings are as in JSON. `close` may be empty: then what comes behind the value ends it
 * @property {'json' | 'python' | 'same'} values how values that are no strings are written: as JSON, as literals of Python
 *   (with True, False and None, and strings in either quotes), or in this very form, objects in braces with bare names
 * @property {boolean} sorted whether the template sorts members by name
 */

/** @type {CallPiece} */
export const NAME = { part: 'name' }

/** @param {'single' | 'none'} [spacing] @returns {CallPiece} */
export function jsonArguments(spacing = 'single') {
  return { part: 'arguments', writing: { kind: 'json', spacing } }
}

/**
 * The form that Realm describes to a model whose template knows of no tools: that of Hermes and Qwen.
 *
 * @type {CallForm}
 */
export const GENERIC = {
  trigger: '<tool_call>',
  open: '<tool_call>\n{"name": "',
  call: [NAME, '", "arguments": ', jsonArguments()],
  between: '}\n</tool_call>\n<tool_call>\n{"name": "',
  close: '}\n</tool_call>',
}
