import { JinjaError } from './JinjaError.js'

/** @import { Token } from './lexer.js' */

/** How deep expressions and tags may be nested: each level takes some of the stack. */
const DEEPEST = 100

/** Goes through the tokens of a template. */
export class TokenReader {
  #tokens
  #next = 0
  #depth = 0

  /** @param {Token[]} tokens */
  constructor(tokens) {
    this.#tokens = tokens
  }

  /** The token to be read next. */
  get token() {
    return this.#tokens[this.#next]
  }

  /** The next token, which is passed. */
  take() {
    return this.#tokens[this.#next++]
  }

  /** Whether the next token is this operator or word. @param {string} value @param {number} [ahead] */
  sees(value, ahead = 0) {
    const token = this.#tokens[this.#next + ahead]
    return (token?.type === 'operator' || token?.type === 'name') && token.value === value
  }

  /** Passes an operator or word if it is next. @param {string} value */
  skips(value) {
    const found = this.sees(value)
    if (found) this.#next++
    return found
  }

  /** Passes an operator or word. @param {string} value */
  expect(value) {
    if (!this.skips(value)) throw this.unexpected(`'${value}'`)
  }

  /** Passes a token of a type. @param {Token['type']} type @param {string} what */
  expectType(type, what) {
    if (this.token.type !== type) throw this.unexpected(what)
    return this.take().value
  }

  /** @param {string} expected */
  unexpected(expected) {
    const { type, value, line } = this.token
    const found =
      type === 'tagEnd' || type === 'printEnd'
        ? 'the end of the tag'
        : type === 'end'
          ? 'the end'
          : `'${value}'`
    return new JinjaError(`received ${found}, expected ${expected}`, line)
  }

  /**
   * What `read` reads, one level deeper.
   *
   * @template T
   * @param {() => T} read
   */
  nested(read) {
    if (++this.#depth > DEEPEST)
      throw new JinjaError(`more than ${DEEPEST} levels are nested`, this.token.line)
    const result = read()
    this.#depth--
    return result
  }
}
