import { Callable } from './calls.js'
import { applyFilter } from './filters.js'
import { arithmetic, attributeOf, isSo, itemOf, sliceOf } from './operators.js'
import { print } from './printing.js'
import { Text } from './Text.js'
import { applyTest } from './tests.js'
import {
  asNumber,
  Dict,
  isNumeric,
  isTrue,
  iterate,
  JinjaError,
  Tuple,
  typeName,
  Undefined,
} from './values.js'

/** @import { Arguments, Expression } from './ExpressionParser.js' */
/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

/** The variables of a block; those around it can be read. */
export class Scope {
  /** @type {Map<string, Value>} */
  #values = new Map()

  /** @param {Scope | null} outer */
  constructor(outer) {
    this.outer = outer
  }

  /** @param {string} name @returns {Value} undefined if there is none */
  get(name) {
    for (let scope = /** @type {Scope | null} */ (this); scope !== null; scope = scope.outer) {
      const value = scope.#values.get(name)
      if (value !== undefined) return value
    }
    return undefined
  }

  /** @param {string} name @param {Value} value */
  set(name, value) {
    this.#values.set(name, value)
  }
}

/** Gives the values of expressions, and counts the steps that it takes. */
export class Evaluator {
  #stepsLeft
  /** Whether a None was printed, which is hardly meant. */
  printedNone = false

  /** @param {number} steps how many it may take: one for each tag, operator and so on, and more for long texts */
  constructor(steps) {
    this.#stepsLeft = steps
  }

  /** @param {number} [size] of what is made, in characters or items */
  step(size = 0) {
    this.#stepsLeft -= 1 + (size >> 4)
    if (this.#stepsLeft < 0)
      throw new JinjaError('the template runs without end: it took more steps than it may')
  }

  /** @param {string} name @param {Value} value @param {CallArguments} args @returns {Value} */
  applyFilter(name, value, args) {
    const result = applyFilter(name, value, args, {
      applyFilter: (inner, item, innerArgs) => {
        this.step()
        return this.applyFilter(inner, item, innerArgs)
      },
      applyTest: (test, item, testArgs) => {
        this.step()
        return applyTest(test, item, testArgs)
      },
    })
    this.step(sizeOf(value) + sizeOf(result))
    return result
  }

  /** @param {Value} callee @param {CallArguments} args @returns {Value} */
  call(callee, args) {
    if (callee instanceof Undefined) throw callee.error()
    if (!(callee instanceof Callable)) throw new JinjaError(`'${typeName(callee)}' object is not callable`)
    const result = callee.call(args)
    this.step(sizeOf(result))
    return result
  }

  /** @param {Arguments} args @param {Scope} scope @returns {CallArguments} */
  argumentsOf(args, scope) {
    const positional = args.positional.map((argument) => this.evaluate(argument, scope))
    if (args.rest !== null) positional.push(...iterate(this.evaluate(args.rest, scope)))
    /** @type {Map<string, Value>} */
    const named = new Map()
    for (const [name, argument] of args.named) named.set(name, this.evaluate(argument, scope))
    if (args.namedRest !== null) {
      const rest = this.evaluate(args.namedRest, scope)
      if (!(rest instanceof Dict))
        throw new JinjaError(`argument after ** must be a dict, not ${typeName(rest)}`)
      for (const [key, value] of rest.entries()) named.set(print(key).string, value)
    }
    return { positional, named }
  }

  /**
   * @param {Expression} expression
   * @param {Scope} scope
   * @returns {Value}
   */
  evaluate(expression, scope) {
    this.step()
    switch (expression.kind) {
      case 'constant':
        return expression.value
      case 'name': {
        const value = scope.get(expression.name)
        return value === undefined ? new Undefined(`'${expression.name}' is undefined`) : value
      }
      case 'list':
        return expression.items.map((item) => this.evaluate(item, scope))
      case 'tuple':
        return Tuple.from(expression.items.map((item) => this.evaluate(item, scope)))
      case 'dict':
        return new Dict(
          expression.entries.map(([key, value]) => [this.evaluate(key, scope), this.evaluate(value, scope)]),
        )
      case 'attribute':
        return attributeOf(this.evaluate(expression.object, scope), expression.name)
      case 'item':
        return itemOf(this.evaluate(expression.object, scope), this.evaluate(expression.index, scope))
      case 'slice': {
        const object = this.evaluate(expression.object, scope)
        const result = sliceOf(
          object,
          expression.bounds.map((bound) => (bound === null ? null : this.evaluate(bound, scope))),
        )
        this.step(sizeOf(result))
        return result
      }
      case 'call':
        return this.call(this.evaluate(expression.callee, scope), this.argumentsOf(expression.args, scope))
      case 'filter': {
        const value = expression.object === null ? new Text('') : this.evaluate(expression.object, scope)
        return this.applyFilter(expression.name, value, this.argumentsOf(expression.args, scope))
      }
      case 'test':
        return applyTest(
          expression.name,
          this.evaluate(expression.object, scope),
          this.argumentsOf(expression.args, scope),
        )
      case 'not':
        return !isTrue(this.evaluate(expression.operand, scope))
      case 'sign': {
        const value = this.evaluate(expression.operand, scope)
        if (value instanceof Undefined) throw value.error()
        if (!isNumeric(value))
          throw new JinjaError(`bad operand type for unary ${expression.operator}: '${typeName(value)}'`)
        return expression.operator === '-' ? -asNumber(value) : asNumber(value)
      }
      case 'and':
      case 'or': {
        const left = this.evaluate(expression.left, scope)
        return isTrue(left) === (expression.kind === 'and') ? this.evaluate(expression.right, scope) : left
      }
      case 'binary': {
        const left = this.evaluate(expression.left, scope)
        const result = arithmetic(expression.operator, left, this.evaluate(expression.right, scope))
        this.step(sizeOf(result))
        return result
      }
      case 'compare': {
        let left = this.evaluate(expression.first, scope)
        for (const [operator, other] of expression.others) {
          const right = this.evaluate(other, scope)
          this.step(sizeOf(right))
          if (!isSo(operator, left, right)) return false
          left = right
        }
        return true
      }
      case 'concat': {
        const values = expression.parts.map((part) => this.evaluate(part, scope))
        if (values.includes(null)) this.printedNone = true
        const text = Text.concat(values.map(print))
        this.step(text.string.length)
        return text
      }
      default: {
        const holds = isTrue(this.evaluate(expression.test, scope))
        if (holds) return this.evaluate(expression.value, scope)
        if (expression.otherwise !== null) return this.evaluate(expression.otherwise, scope)
        return new Undefined('the inline if-expression evaluated to false and no else section was defined.')
      }
    }
  }
}

/** @param {Value} value in characters or items */
function sizeOf(value) {
  if (value instanceof Text) return value.string.length
  return Array.isArray(value) ? value.length : 0
}
