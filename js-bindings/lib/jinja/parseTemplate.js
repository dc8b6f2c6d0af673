import { ExpressionParser } from './ExpressionParser.js'
import { tokenize } from './lexer.js'
import { Text } from './Text.js'
import { JinjaError } from './values.js'

/** @import { Expression, FilterExpression } from './ExpressionParser.js' */

/**
 * What a tag does, or a piece of text.
 *
 * @typedef {({ kind: 'data', text: Text }
 *   | { kind: 'print', value: Expression }
 *   | { kind: 'if', branches: { test: Expression, body: Statement[] }[], otherwise: Statement[] }
 *   | ForStatement
 *   | { kind: 'set', target: Target, value: Expression }
 *   | { kind: 'setBlock', target: Target, filter: FilterExpression | null, body: Statement[] }
 *   | MacroStatement
 *   | { kind: 'callBlock', call: Expression, macro: MacroStatement }
 *   | { kind: 'filterBlock', filter: FilterExpression, body: Statement[] }
 *   | { kind: 'with', values: [Target, Expression][], body: Statement[] }
 *   | { kind: 'break' | 'continue' }) & { line: number }} Statement
 *
 * @typedef {{ kind: 'for', target: Target, iterable: Expression, condition: Expression | null, recursive: boolean,
 *   body: Statement[], otherwise: Statement[], line: number }} ForStatement
 *
 * @typedef {{ kind: 'macro', name: string, parameters: { name: string, value: Expression | null }[],
 *   uses: ReadonlySet<string>, body: Statement[], line: number }} MacroStatement `uses` has the names that its body reads
 *
 * @typedef {{ kind: 'name', name: string } | { kind: 'attribute', object: string, name: string }
 *   | { kind: 'tuple', items: Target[] }} Target what is given a value
 */

/** Tags of Jinja2 that load other templates, or that transformers does not have. */
const UNSUPPORTED = [
  'include',
  'import',
  'from',
  'extends',
  'block',
  'do',
  'trans',
  'debug',
  'autoescape',
  'print',
]

/**
 * Reads a template.
 *
 * @param {string} template
 * @returns {Statement[]}
 * @throws {JinjaError}
 */
export function parseTemplate(template) {
  return new TemplateParser(tokenize(template)).template()
}

class TemplateParser extends ExpressionParser {
  #loops = 0

  template() {
    const body = this.#body([])
    if (this.token.type !== 'end') throw this.unexpected('the end')
    return body
  }

  /**
   * The statements up to one of the tags `ends`, whose name is next then.
   *
   * @param {string[]} ends
   * @returns {Statement[]}
   */
  #body(ends) {
    /** @type {Statement[]} */
    const statements = []
    for (;;) {
      const { type, value, line } = this.token
      if (type === 'end') {
        if (ends.length === 0) return statements
        throw new JinjaError(`the template ends where ${ends.join(' or ')} is expected`, line)
      }
      this.take()
      if (type === 'data') statements.push({ kind: 'data', text: new Text(value), line })
      else if (type === 'print') {
        statements.push({ kind: 'print', value: this.tuple(), line })
        this.expectType('printEnd', "'}}'")
      } else {
        const name = this.token.type === 'name' ? this.token.value : ''
        if (ends.includes(name)) return statements
        statements.push(this.nested(() => this.#tag(line)))
      }
    }
  }

  /** The statements of a tag's body, with the tag that ends it. @param {string} end */
  #block(end) {
    this.#tagEnd()
    const body = this.#body([end])
    this.take()
    this.#tagEnd()
    return body
  }

  #tagEnd() {
    this.expectType('tagEnd', "'%}'")
  }

  /**
   * @param {number} line
   * @returns {Statement}
   */
  #tag(line) {
    const name = this.expectType('name', 'the name of a tag')
    switch (name) {
      case 'if':
        return { ...this.#if(), line }
      case 'for':
        return { ...this.#for(), line }
      case 'set':
        return { ...this.#set(), line }
      case 'macro':
        return this.#macro(this.expectType('name', "the macro's name"), line)
      case 'call':
        return { ...this.#callBlock(line), line }
      case 'filter': {
        const filter = this.#filterChain(this.filter(null))
        return { kind: 'filterBlock', filter, body: this.#block('endfilter'), line }
      }
      case 'with':
        return { ...this.#with(), line }
      case 'generation':
        // Where transformers masks what the assistant said; its variables are its own, as in `with`.
        return { kind: 'with', values: [], body: this.#block('endgeneration'), line }
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw new JinjaError(`the tag '${name}' stands outside of a loop`, line)
        this.#tagEnd()
        return { kind: name, line }
      default: {
        const reason = UNSUPPORTED.includes(name)
          ? 'is not supported'
          : 'is not known, or stands where no tag begins it'
        throw new JinjaError(`the tag '${name}' ${reason}`, line)
      }
    }
  }

  #if() {
    const branches = []
    /** @type {Statement[]} */
    let otherwise = []
    let tag = 'if'
    while (tag !== 'endif') {
      if (tag === 'else') {
        this.#tagEnd()
        otherwise = this.#body(['endif'])
      } else {
        const test = this.tuple({ conditional: false })
        this.#tagEnd()
        branches.push({ test, body: this.#body(['elif', 'else', 'endif']) })
      }
      tag = this.take().value
    }
    this.#tagEnd()
    return { kind: /** @type {const} */ ('if'), branches, otherwise }
  }

  #for() {
    const target = this.#target()
    this.expect('in')
    const iterable = this.tuple({ conditional: false, until: 'recursive' })
    const condition = this.skips('if') ? this.expression() : null
    const recursive = this.skips('recursive')
    this.#tagEnd()
    this.#loops++
    const body = this.#body(['else', 'endfor'])
    this.#loops--
    /** @type {Statement[]} */
    let otherwise = []
    if (this.take().value === 'else') otherwise = this.#block('endfor')
    else this.#tagEnd()
    return { kind: /** @type {const} */ ('for'), target, iterable, condition, recursive, body, otherwise }
  }

  #set() {
    const target = this.#target()
    if (this.skips('=')) {
      const value = this.tuple()
      this.#tagEnd()
      return { kind: /** @type {const} */ ('set'), target, value }
    }
    const filter = this.skips('|') ? this.#filterChain(this.filter(null)) : null
    return { kind: /** @type {const} */ ('setBlock'), target, filter, body: this.#block('endset') }
  }

  /** @param {FilterExpression} first */
  #filterChain(first) {
    let filter = first
    while (this.skips('|')) filter = this.filter(filter)
    return filter
  }

  /** @param {number} line */
  #callBlock(line) {
    const macro = { name: 'caller', parameters: this.sees('(') ? this.#parameters() : [] }
    const call = this.expression()
    if (call.kind !== 'call') throw new JinjaError("the tag 'call' expects a call", line)
    const { uses, body } = this.#macroBody('endcall')
    return {
      kind: /** @type {const} */ ('callBlock'),
      call,
      macro: this.#asMacro({ ...macro, uses, body, line }),
    }
  }

  /** @param {string} name @param {number} line */
  #macro(name, line) {
    const parameters = this.#parameters()
    return this.#asMacro({ name, parameters, ...this.#macroBody('endmacro'), line })
  }

  /**
   * @param {Omit<MacroStatement, 'kind'>} macro
   * @returns {MacroStatement}
   */
  #asMacro(macro) {
    return { kind: 'macro', ...macro }
  }

  /** @param {string} end */
  #macroBody(end) {
    const loops = this.#loops
    this.#loops = 0
    const { result: body, names: uses } = this.withNames(() => this.#block(end))
    this.#loops = loops
    return { uses, body }
  }

  #parameters() {
    this.expect('(')
    /** @type {{ name: string, value: Expression | null }[]} */
    const parameters = []
    while (!this.skips(')')) {
      const name = this.expectType('name', "a parameter's name")
      parameters.push({ name, value: this.skips('=') ? this.expression() : null })
      if (!this.sees(')')) this.expect(',')
    }
    return parameters
  }

  #with() {
    /** @type {[Target, Expression][]} */
    const values = []
    while (this.token.type !== 'tagEnd') {
      if (values.length > 0) this.expect(',')
      const target = this.#target()
      this.expect('=')
      values.push([target, this.expression()])
    }
    return { kind: /** @type {const} */ ('with'), values, body: this.#block('endwith') }
  }

  /** @returns {Target} a name, an attribute of a namespace, or several with commas */
  #target() {
    const first = this.#targetItem()
    if (!this.sees(',')) return first
    const items = [first]
    while (this.skips(',')) {
      if (this.sees('in') || this.sees('=') || this.token.type === 'tagEnd') break
      items.push(this.#targetItem())
    }
    return { kind: 'tuple', items }
  }

  /** @returns {Target} */
  #targetItem() {
    if (this.skips('(')) {
      const target = this.#target()
      this.expect(')')
      return target
    }
    const name = this.expectType('name', "a variable's name")
    if (this.skips('.')) return { kind: 'attribute', object: name, name: this.expectType('name', 'a name') }
    return { kind: 'name', name }
  }
}
