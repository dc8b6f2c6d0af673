import { types } from 'node:util'
import { describeValue, invalidArgument, text } from '../arguments/checks.js'
import { RealmError } from '../errors/RealmError.js'

/**
 * Finds the tokens whose bytes are those of a text, and the ones that the text becomes.
 *
 * @callback TokensOf
 * @param {string} text
 * @returns {{ ids: number[], pieces: { id: number, text: string }[] }}
 */

/**
 * Checks what is added to the logits of tokens.
 *
 * @param {unknown} value numbers by token: an object, whose keys of digits are ids and whose others are texts; or a Map or an
 *   array of pairs, whose numbers are ids and whose strings are texts
 * @param {string} name
 * @param {{ from: number, to: number, vocabularySize: number, tokensOf: TokensOf }} range of the numbers; ids are below
 *   `vocabularySize`
 * @returns {Record<string, number | '-Infinity'>} by id
 */
export function readLogitBias(value, name, { from, to, vocabularySize, tokensOf }) {
  return Object.fromEntries(
    pairsOf(value, name).flatMap(([key, bias]) => {
      const checked = readBias(bias, `${name}[${describeValue(key)}]`, { from, to })
      const ids =
        typeof key === 'string'
          ? idsOf(text(key, `a text of ${name}`), name, tokensOf)
          : [readId(key, name, vocabularySize)]
      return ids.map((id) => [id, checked])
    }),
  )
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {[key: unknown, bias: unknown][]}
 */
function pairsOf(value, name) {
  if (types.isMap(value)) return [...value]
  if (Array.isArray(value)) {
    return value.map((pair, index) => {
      if (Array.isArray(pair) && pair.length === 2) return /** @type {[unknown, unknown]} */ (pair)
      throw invalidArgument(`${name}[${index}]`, pair, 'a token id or a text, and its bias: two values')
    })
  }
  if (typeof value !== 'object' || value === null) {
    throw invalidArgument(
      name,
      value,
      'an object, a Map or an array of pairs: numbers by token id or text, such as { 42: -1.5 }',
    )
  }
  return Object.entries(value).map(([key, bias]) => [/^-?\d+$/.test(key) ? Number(key) : key, bias])
}

/**
 * The ids of the tokens that a text is: most often one; a vocabulary may have several with the same bytes.
 *
 * @param {string} text
 * @param {string} name
 * @param {TokensOf} tokensOf
 */
function idsOf(text, name, tokensOf) {
  const { ids, pieces } = tokensOf(text)
  if (ids.length > 0) return ids
  const made = pieces.map((piece) => `${JSON.stringify(piece.text)} (${piece.id})`).join(', ')
  throw new RealmError(
    'INVALID_ARGUMENT',
    `${name}: received the text ${describeValue(text)}, expected a text that is one token of this model. ` +
      `It becomes ${pieces.length === 1 ? 'the token' : `${pieces.length} tokens:`} ${made}. Give each a bias by its id.`,
  )
}

/**
 * @param {unknown} id
 * @param {string} name
 * @param {number} vocabularySize
 */
function readId(id, name, vocabularySize) {
  const expected = `token ids: integers from 0 to ${vocabularySize - 1}`
  if (typeof id !== 'number' || !Number.isInteger(id))
    throw invalidArgument(`the keys of ${name}`, id, expected)
  if (id < 0 || id >= vocabularySize) {
    throw new RealmError(
      'TOKEN_OUT_OF_RANGE',
      `the keys of ${name}: received ${describeValue(id)}, expected ${expected}. Use ids that tokenize() of this model gave.`,
    )
  }
  return id
}

/**
 * @param {unknown} bias
 * @param {string} name
 * @param {{ from: number, to: number }} range
 * @returns {number | '-Infinity'}
 */
function readBias(bias, name, { from, to }) {
  if (bias === Number.NEGATIVE_INFINITY || bias === false) return '-Infinity'
  if (typeof bias !== 'number' || !(bias >= from && bias <= to)) {
    throw invalidArgument(
      name,
      bias,
      `a number from ${from} to ${to}, or -Infinity`,
      '-Infinity, or false, bans the token.',
    )
  }
  return bias
}
