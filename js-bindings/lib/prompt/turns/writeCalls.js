/** @import { ArgumentWriting, CallForm, MembersWriting } from './callForms.js' */

/** @typedef {{ id: string, name: string, arguments: Record<string, unknown> }} WrittenCall */

/** What the words of JSON are in Python. */
const PYTHON_WORDS = /** @type {Record<string, string>} */ ({ true: 'True', false: 'False', null: 'None' })

/**
 * Calls as a form has them: what the model would have written.
 *
 * @param {CallForm} form
 * @param {readonly WrittenCall[]} calls at least one
 * @returns {{ text: string, isForm: boolean }[]} its parts; all but the form's own are names and values of a call
 */
export function writeCalls({ open, call: pieces, between = '', close }, calls) {
  const parts = calls.flatMap(({ id, name, arguments: args }, index) => [
    { text: index === 0 ? open : between, isForm: true },
    ...pieces.flatMap((piece) => {
      if (typeof piece === 'string') return [{ text: piece, isForm: true }]
      if (piece.part === 'name') return [{ text: name, isForm: false }]
      if (piece.part === 'id') return [{ text: id, isForm: false }]
      return writeArguments(piece.writing, args)
    }),
  ])
  return [...parts, { text: close, isForm: true }]
}

/**
 * @param {ArgumentWriting} writing
 * @param {Record<string, unknown>} args
 */
function writeArguments(writing, args) {
  if (writing.kind === 'json') return [{ text: jsonOf(args, writing.spacing), isForm: false }]
  return members(writing, args)
}

/**
 * @param {MembersWriting} writing
 * @param {Record<string, unknown>} args
 * @returns {{ text: string, isForm: boolean }[]}
 */
function members(writing, args) {
  const { empty, open, afterName, between, close, strings, sorted } = writing
  const names = Object.keys(args)
  if (names.length === 0) return [{ text: empty, isForm: true }]
  const inOrder = sorted ? names.toSorted() : names
  const parts = inOrder.flatMap((name, index) => {
    const value = args[name]
    const isRaw = typeof value === 'string' && strings !== undefined
    return [
      { text: index === 0 ? open : between, isForm: true },
      { text: name, isForm: false },
      { text: isRaw ? afterName + strings.open : afterName, isForm: true },
      ...(isRaw ? [{ text: value, isForm: false }] : valueParts(writing, value)),
      { text: isRaw ? strings.close : '', isForm: true },
    ]
  })
  return [...parts, { text: close, isForm: true }]
}

/**
 * @param {MembersWriting} writing
 * @param {unknown} value no string where strings are raw
 * @returns {{ text: string, isForm: boolean }[]}
 */
function valueParts(writing, value) {
  const { strings, values } = writing
  if (values !== 'same') return [{ text: jsonOf(value, 'single', values === 'python'), isForm: false }]
  if (typeof value === 'string' && strings !== undefined) {
    return [
      { text: strings.open, isForm: true },
      { text: value, isForm: false },
      { text: strings.close, isForm: true },
    ]
  }
  if (Array.isArray(value)) {
    const items = value.flatMap((item, index) => [
      { text: index === 0 ? '' : writing.between, isForm: true },
      ...valueParts(writing, item),
    ])
    return [{ text: '[', isForm: true }, ...items, { text: ']', isForm: true }]
  }
  if (typeof value === 'object' && value !== null) {
    const nested = { ...writing, empty: '{}', open: '{', close: '}' }
    return members(nested, /** @type {Record<string, unknown>} */ (value))
  }
  return [{ text: JSON.stringify(value), isForm: false }]
}

/**
 * JSON as Python's `json.dumps` writes it, or without white space.
 *
 * @param {unknown} value
 * @param {'single' | 'none'} spacing
 * @param {boolean} [isPython] with True, False and None
 * @returns {string}
 */
export function jsonOf(value, spacing, isPython = false) {
  const space = spacing === 'single' ? ' ' : ''
  if (Array.isArray(value)) {
    return `[${value.map((item) => jsonOf(item, spacing, isPython)).join(`,${space}`)}]`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, item]) => `${JSON.stringify(name)}:${space}${jsonOf(item, spacing, isPython)}`,
    )
    return `{${entries.join(`,${space}`)}}`
  }
  const text = JSON.stringify(value)
  return isPython ? (PYTHON_WORDS[text] ?? text) : text
}
