import { TokenReader } from './lexer.js'
import { Text } from './Text.js'
import { JinjaError } from './values.js'

/**
 * An expression, as it is evaluated.
 *
 * @typedef {{ kind: 'constant', value: null | boolean | bigint | number | Text }
 *   | { kind: 'name', name: string }
 *   | { kind: 'list' | 'tuple', items: Expression[] }
 *   | { kind: 'dict', entries: [Expression, Expression][] }
 *   | { kind: 'attribute', object: Expression, name: string }
 *   | { kind: 'item', object: Expression, index: Expression }
 *   | { kind: 'slice', object: Expression, bounds: (Expression | null)[] }
 *   | { kind: 'call', callee: Expression, args: Arguments }
 *   | FilterExpression
 *   | { kind: 'test', object: Expression, name: string, args: Arguments }
 *   | { kind: 'not', operand: Expression }
 *   | { kind: 'sign', operator: string, operand: Expression }
 *   | { kind: 'and' | 'or' | 'binary', operator: string, left: Expression, right: Expression }
 *   | { kind: 'compare', first: Expression, others: [string, Expression][] }
 *   | { kind: 'concat', parts: Expression[] }
 *   | { kind: 'condition', test: Expression, value: Expression, otherwise: Expression | null }} Expression
 *
 * @typedef {{ kind: 'filter', object: Expression | null, name: string, args: Arguments }} FilterExpression `object` is null
 *   where it is the text of a block
 * @typedef {{ positional: Expression[], named: [string, Expression][], rest: Expression | null, namedRest: Expression | null }} Arguments
 */

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=']
/** @type {Readonly<Record<string, null | boolean>>} */
const CONSTANTS = { true: true, True: true, false: false, False: false, none: null, None: null }

/** Reads the expressions of Jinja2, by its grammar: from the weakest operator to the strongest. */
export class ExpressionParser extends TokenReader {
  /** @type {Set<string>} the variables that were read since the set was last replaced */
  #names = new Set()

  /**
   * What `read` reads, and the variables in it.
   *
   * @template T
   * @param {() => T} read
   * @returns {{ result: T, names: ReadonlySet<string> }}
   */
  withNames(read) {
    const outer = this.#names
    const names = new Set()
    this.#names = names
    const result = read()
    this.#names = new Set([...outer, ...names])
    return { result, names }
  }

  /** @returns {Expression} */
  expression() {
    return this.nested(() => {
      let value = this.#or()
      while (this.skips('if')) {
        const test = this.#or()
        const otherwise = this.skips('else') ? this.expression() : null
        value = { kind: 'condition', test, value, otherwise }
      }
      return value
    })
  }

  /**
   * One expression, or several with commas, which are a tuple.
   *
   * @param {{ conditional?: boolean, until?: string }} [options] whether `a if b` may be in it; a word that ends it
   * @returns {Expression}
   */
  tuple({ conditional = true, until } = {}) {
    const one = () => (conditional ? this.expression() : this.nested(() => this.#or()))
    const first = one()
    if (!this.sees(',')) return first
    const items = [first]
    while (this.skips(',')) {
      if (this.#endsTuple() || (until !== undefined && this.sees(until))) break
      items.push(one())
    }
    return { kind: 'tuple', items }
  }

  /**
   * A filter behind `|`, of `object`.
   *
   * @param {Expression | null} object
   * @returns {FilterExpression}
   */
  filter(object) {
    const name = this.#dottedName()
    return { kind: 'filter', object, name, args: this.sees('(') ? this.args() : noArguments() }
  }

  /** @returns {Arguments} in parentheses */
  args() {
    this.expect('(')
    const args = noArguments()
    while (!this.skips(')')) {
      if (this.skips('**')) args.namedRest = this.expression()
      else if (this.skips('*')) args.rest = this.expression()
      else if (this.token.type === 'name' && this.sees('=', 1)) {
        const name = this.take().value
        this.take()
        args.named.push([name, this.expression()])
      } else if (args.named.length > 0 || args.namedRest !== null) {
        throw this.unexpected('a named argument')
      } else args.positional.push(this.expression())
      if (!this.sees(')')) this.expect(',')
    }
    return args
  }

  #endsTuple() {
    const { type } = this.token
    return type === 'tagEnd' || type === 'printEnd' || this.sees(')') || this.sees('=') || this.sees('in')
  }

  /** @returns {Expression} */
  #or() {
    let left = this.#and()
    while (this.skips('or')) left = { kind: 'or', operator: 'or', left, right: this.#and() }
    return left
  }

  /** @returns {Expression} */
  #and() {
    let left = this.#not()
    while (this.skips('and')) left = { kind: 'and', operator: 'and', left, right: this.#not() }
    return left
  }

  /** @returns {Expression} */
  #not() {
    return this.skips('not') ? { kind: 'not', operand: this.nested(() => this.#not()) } : this.#compare()
  }

  /** @returns {Expression} */
  #compare() {
    const first = this.#sum()
    /** @type {[string, Expression][]} */
    const others = []
    for (;;) {
      if (this.token.type === 'operator' && COMPARISONS.includes(this.token.value)) {
        others.push([this.take().value, this.#sum()])
      } else if (this.skips('in')) others.push(['in', this.#sum()])
      else if (this.sees('not') && this.sees('in', 1)) {
        this.take()
        this.take()
        others.push(['not in', this.#sum()])
      } else return others.length === 0 ? first : { kind: 'compare', first, others }
    }
  }

  /** @returns {Expression} */
  #sum() {
    return this.#binary(['+', '-'], () => this.#concat())
  }

  /** @returns {Expression} */
  #concat() {
    const parts = [this.#product()]
    while (this.skips('~')) parts.push(this.#product())
    return parts.length === 1 ? parts[0] : { kind: 'concat', parts }
  }

  /** @returns {Expression} */
  #product() {
    return this.#binary(['*', '/', '//', '%'], () => this.#binary(['**'], () => this.#unary(true)))
  }

  /**
   * @param {string[]} operators
   * @param {() => Expression} operand
   * @returns {Expression}
   */
  #binary(operators, operand) {
    let left = operand()
    while (this.token.type === 'operator' && operators.includes(this.token.value)) {
      left = { kind: 'binary', operator: this.take().value, left, right: operand() }
    }
    return left
  }

  /**
   * @param {boolean} filtered whether filters and tests may follow: behind a sign they take the signed value
   * @returns {Expression}
   */
  #unary(filtered) {
    /** @type {Expression} */
    let value
    if (this.sees('-') || this.sees('+')) {
      const operator = this.take().value
      value = { kind: 'sign', operator, operand: this.nested(() => this.#unary(false)) }
    } else value = this.#primary()
    value = this.#postfix(value)
    return filtered ? this.#filters(value) : value
  }

  /** @returns {Expression} */
  #primary() {
    const { type, value, line } = this.token
    if (type === 'name') {
      this.take()
      if (Object.hasOwn(CONSTANTS, value)) return { kind: 'constant', value: CONSTANTS[value] }
      this.#names.add(value)
      return { kind: 'name', name: value }
    }
    if (type === 'string') {
      let text = ''
      while (this.token.type === 'string') text += this.take().value
      return { kind: 'constant', value: new Text(text) }
    }
    if (type === 'integer') {
      this.take()
      const digits = value.replaceAll('_', '')
      return { kind: 'constant', value: BigInt(digits) }
    }
    if (type === 'float') return { kind: 'constant', value: Number(this.take().value.replaceAll('_', '')) }
    if (this.skips('(')) return this.#parenthesized()
    if (this.skips('[')) return { kind: 'list', items: this.#items(']', () => this.expression()) }
    if (this.skips('{')) {
      const entries = this.#items('}', () => {
        const key = this.expression()
        this.expect(':')
        return /** @type {[Expression, Expression]} */ ([key, this.expression()])
      })
      return { kind: 'dict', entries }
    }
    throw type === 'operator'
      ? new JinjaError(`unexpected '${value}'`, line)
      : this.unexpected('an expression')
  }

  /** @returns {Expression} */
  #parenthesized() {
    if (this.skips(')')) return { kind: 'tuple', items: [] }
    const value = this.tuple()
    this.expect(')')
    return value
  }

  /**
   * @template T
   * @param {string} end
   * @param {() => T} item
   */
  #items(end, item) {
    const items = []
    while (!this.skips(end)) {
      items.push(item())
      if (!this.sees(end)) this.expect(',')
    }
    return items
  }

  /**
   * @param {Expression} value
   * @returns {Expression}
   */
  #postfix(value) {
    for (;;) {
      if (this.skips('.')) {
        const isIndex = this.token.type === 'integer'
        value = isIndex
          ? { kind: 'item', object: value, index: { kind: 'constant', value: BigInt(this.take().value) } }
          : { kind: 'attribute', object: value, name: this.expectType('name', 'a name') }
      } else if (this.skips('[')) value = this.#subscript(value)
      else if (this.sees('(')) value = { kind: 'call', callee: value, args: this.args() }
      else return value
    }
  }

  /**
   * @param {Expression} object
   * @returns {Expression}
   */
  #subscript(object) {
    /** @type {(Expression | null)[]} */
    const bounds = [this.sees(':') ? null : this.tuple()]
    while (bounds.length < 3 && this.skips(':')) {
      bounds.push(this.sees(':') || this.sees(']') ? null : this.expression())
    }
    this.expect(']')
    const [index] = bounds
    return bounds.length === 1 && index !== null
      ? { kind: 'item', object, index }
      : { kind: 'slice', object, bounds }
  }

  /**
   * @param {Expression} value
   * @returns {Expression}
   */
  #filters(value) {
    for (;;) {
      if (this.skips('|')) value = this.filter(value)
      else if (this.skips('is')) value = this.#test(value)
      else if (this.sees('(')) value = { kind: 'call', callee: value, args: this.args() }
      else return value
    }
  }

  /**
   * @param {Expression} object
   * @returns {Expression}
   */
  #test(object) {
    const negated = this.skips('not')
    const name = this.#dottedName()
    let args = noArguments()
    const { type } = this.token
    if (this.sees('(')) args = this.args()
    else if (
      type === 'string' ||
      type === 'integer' ||
      type === 'float' ||
      this.sees('[') ||
      this.sees('{') ||
      (type === 'name' && !['else', 'or', 'and'].includes(this.token.value))
    ) {
      if (this.sees('is')) throw new JinjaError("tests cannot be chained with 'is'", this.token.line)
      args.positional.push(this.#postfix(this.#primary()))
    }
    /** @type {Expression} */
    const test = { kind: 'test', object, name, args }
    return negated ? { kind: 'not', operand: test } : test
  }

  #dottedName() {
    let name = this.expectType('name', 'a name')
    while (this.skips('.')) name += `.${this.expectType('name', 'a name')}`
    return name
  }
}

/** @returns {Arguments} */
function noArguments() {
  return { positional: [], named: [], rest: null, namedRest: null }
}
