import { applyFilter } from './filters.js'
import { JinjaError } from './JinjaError.js'
import { arithmetic, attributeOf, isSo, itemOf, sliceOf } from './operators.js'
import { print } from './printing.js'
import { Text } from './Text.js'
import { applyTest } from './tests.js'
import {
  Attributes,
  asNumber,
  Callable,
  Dict,
  isNumeric,
  isTrue,
  iterate,
  Tuple,
  typeName,
  Undefined,
} from './values.js'

/** @import { Arguments, Expression } from './ExpressionParser.js' */
/** @import { ForStatement, MacroStatement, Statement, Target } from './parseTemplate.js' */
/** @import { CallArguments, Value } from './values.js' */

/** How deep macros and recursive loops may call each other: each level takes some of the stack. */
const DEEPEST = 100

/** The variables of a block; those around it can be read. */
class Scope {
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

/** One run of a template. */
export class Renderer {
  /** @type {Text[]} what the template, macro or block that runs has written so far */
  #output = []
  #stepsLeft
  #depth = 0
  #line = 1
  /** Whether a None was printed, which is hardly meant. */
  printedNone = false

  /** @param {number} steps how many it may take: one for each tag, operator and so on, and more for long texts */
  constructor(steps) {
    this.#stepsLeft = steps
  }

  /**
   * The text that a template gives.
   *
   * @param {Statement[]} template
   * @param {Iterable<[string, Value]>} variables
   * @returns {Text}
   * @throws {JinjaError} with the line where it failed
   */
  render(template, variables) {
    const scope = new Scope(null)
    for (const [name, value] of variables) scope.set(name, value)
    try {
      return this.#captured(() => this.#run(template, new Scope(scope)))
    } catch (error) {
      if (error instanceof RangeError)
        throw new JinjaError(`too large or too deep: ${error.message}`, this.#line)
      if (!(error instanceof JinjaError) || error.line !== undefined) throw error
      throw new JinjaError(error.message, this.#line)
    }
  }

  /** @param {number} [size] of what is made, in characters or items */
  #step(size = 0) {
    this.#stepsLeft -= 1 + (size >> 4)
    if (this.#stepsLeft < 0)
      throw new JinjaError('the template runs without end: it took more steps than it may')
  }

  /** What `write` writes. @param {() => unknown} write */
  #captured(write) {
    const outer = this.#output
    this.#output = []
    write()
    const text = Text.concat(this.#output)
    this.#step(text.string.length)
    this.#output = outer
    return text
  }

  /**
   * @param {Statement[]} statements
   * @param {Scope} scope
   * @returns {'break' | 'continue' | undefined} how the loop around them goes on
   */
  #run(statements, scope) {
    for (const statement of statements) {
      this.#step()
      this.#line = statement.line
      const end = this.#execute(statement, scope)
      if (end !== undefined) return end
    }
    return undefined
  }

  /**
   * @param {Statement} statement
   * @param {Scope} scope
   * @returns {'break' | 'continue' | undefined}
   */
  #execute(statement, scope) {
    switch (statement.kind) {
      case 'data':
        this.#write(statement.text)
        return undefined
      case 'print': {
        const value = this.#evaluate(statement.value, scope)
        if (value === null) this.printedNone = true
        this.#write(print(value))
        return undefined
      }
      case 'if': {
        const branch = statement.branches.find(({ test }) => isTrue(this.#evaluate(test, scope)))
        return this.#run(branch?.body ?? statement.otherwise, scope)
      }
      case 'for':
        this.#loop(statement, scope, iterate(this.#evaluate(statement.iterable, scope)), 1)
        return undefined
      case 'set':
        this.#assign(statement.target, this.#evaluate(statement.value, scope), scope)
        return undefined
      case 'setBlock': {
        const text = this.#captured(() => this.#run(statement.body, new Scope(scope)))
        this.#assign(statement.target, this.#filtered(statement.filter, text, scope), scope)
        return undefined
      }
      case 'macro':
        scope.set(statement.name, this.#macro(statement, scope))
        return undefined
      case 'callBlock':
        if (statement.call.kind === 'call') {
          const args = this.#arguments(statement.call.args, scope)
          args.named.set('caller', this.#macro(statement.macro, scope))
          this.#write(print(this.#call(this.#evaluate(statement.call.callee, scope), args)))
        }
        return undefined
      case 'filterBlock': {
        const text = this.#captured(() => this.#run(statement.body, new Scope(scope)))
        this.#write(print(this.#filtered(statement.filter, text, scope)))
        return undefined
      }
      case 'with': {
        const inner = new Scope(scope)
        for (const [target, value] of statement.values)
          this.#assign(target, this.#evaluate(value, scope), inner)
        return this.#run(statement.body, inner)
      }
      default:
        return statement.kind
    }
  }

  /** @param {Text} text */
  #write(text) {
    this.#step(text.string.length)
    this.#output.push(text)
  }

  /** @param {Target} target @param {Value} value @param {Scope} scope */
  #assign(target, value, scope) {
    switch (target.kind) {
      case 'name':
        scope.set(target.name, value)
        return
      case 'attribute': {
        const namespace = scope.get(target.object)
        if (!(namespace instanceof Attributes) || namespace.type !== 'Namespace') {
          throw new JinjaError('cannot assign attribute on non-namespace object')
        }
        namespace.set(target.name, value)
        return
      }
      default: {
        const items = [...iterate(value)]
        if (items.length !== target.items.length) {
          throw new JinjaError(
            `${items.length} values cannot be unpacked to ${target.items.length} variables`,
          )
        }
        target.items.forEach((item, index) => {
          this.#assign(item, items[index], scope)
        })
      }
    }
  }

  /**
   * @param {ForStatement} statement
   * @param {Scope} scope
   * @param {Iterable<Value>} iterable
   * @param {number} depth
   */
  #loop(statement, scope, iterable, depth) {
    const { target, condition, body, otherwise, recursive } = statement
    const items = [...iterable].filter((item) => {
      this.#step()
      if (condition === null) return true
      const inner = new Scope(scope)
      this.#assign(target, item, inner)
      return isTrue(this.#evaluate(condition, inner))
    })
    /** @type {Value[] | null} */
    let changed = null
    const again = (/** @type {CallArguments} */ { positional }) => {
      if (!recursive)
        throw new JinjaError("The loop must have the 'recursive' marker to be called recursively.")
      return this.#deeper(() =>
        this.#captured(() => this.#loop(statement, scope, iterate(positional[0]), depth + 1)),
      )
    }
    const loop = new Callable('loop', again, [
      ['length', BigInt(items.length)],
      ['depth', BigInt(depth)],
      ['depth0', BigInt(depth - 1)],
      [
        'changed',
        new Callable('changed', ({ positional }) => {
          const differs = changed === null || !isSo('==', changed, positional)
          changed = positional
          return differs
        }),
      ],
    ])
    let anyEnded = false
    for (const [index, item] of items.entries()) {
      const inner = new Scope(scope)
      place(loop, items, index)
      inner.set('loop', loop)
      this.#assign(target, item, inner)
      const end = this.#run(body, inner)
      if (end === 'break') break
      anyEnded ||= end === undefined
    }
    // As in Jinja2, `else` also follows where each turn was left early.
    if (!anyEnded) this.#run(otherwise, new Scope(scope))
  }

  /**
   * @param {MacroStatement} macro
   * @param {Scope} scope where it is defined
   */
  #macro({ name, parameters, uses, body }, scope) {
    const call = (/** @type {CallArguments} */ { positional, named }) =>
      this.#deeper(() => {
        const inner = new Scope(scope)
        const given = new Map(named)
        parameters.forEach((parameter, index) => {
          let value = index < positional.length ? positional[index] : given.get(parameter.name)
          if (index < positional.length && given.has(parameter.name)) {
            throw new JinjaError(`macro '${name}' received its argument '${parameter.name}' twice`)
          }
          given.delete(parameter.name)
          if (value === undefined && parameter.value !== null) value = this.#evaluate(parameter.value, inner)
          inner.set(
            parameter.name,
            value ??
              (value === null ? null : new Undefined(`parameter '${parameter.name}' was not provided`)),
          )
        })
        const rest = positional.slice(parameters.length)
        inner.set('caller', given.get('caller') ?? new Undefined('No caller defined'))
        given.delete('caller')
        if (uses.has('varargs')) inner.set('varargs', Tuple.from(rest))
        else if (rest.length > 0) {
          throw new JinjaError(`macro '${name}' takes not more than ${parameters.length} argument(s)`)
        }
        if (uses.has('kwargs')) {
          inner.set('kwargs', new Dict([...given].map(([key, value]) => [new Text(key), value])))
        } else if (given.size > 0) {
          throw new JinjaError(`macro '${name}' takes no keyword argument '${[...given.keys()][0]}'`)
        }
        return this.#captured(() => this.#run(body, inner))
      })
    return new Callable(name, call, [['name', new Text(name)]])
  }

  /**
   * @template T
   * @param {() => T} run
   */
  #deeper(run) {
    if (++this.#depth > DEEPEST) throw new JinjaError(`calls are nested more than ${DEEPEST} levels deep`)
    const line = this.#line
    const result = run()
    this.#line = line
    this.#depth--
    return result
  }

  /**
   * @param {import('./ExpressionParser.js').FilterExpression | null} filter with those before it
   * @param {Text} text of a block
   * @param {Scope} scope
   * @returns {Value}
   */
  #filtered(filter, text, scope) {
    if (filter === null) return text
    const before =
      filter.object === null || filter.object.kind !== 'filter'
        ? text
        : this.#filtered(filter.object, text, scope)
    return this.#applyFilter(filter.name, before, this.#arguments(filter.args, scope))
  }

  /** @param {string} name @param {Value} value @param {CallArguments} args @returns {Value} */
  #applyFilter(name, value, args) {
    const result = applyFilter(name, value, args, {
      applyFilter: (inner, item, innerArgs) => {
        this.#step()
        return this.#applyFilter(inner, item, innerArgs)
      },
      applyTest: (test, item, testArgs) => {
        this.#step()
        return applyTest(test, item, testArgs)
      },
    })
    this.#step(sizeOf(value) + sizeOf(result))
    return result
  }

  /** @param {Value} callee @param {CallArguments} args @returns {Value} */
  #call(callee, args) {
    if (callee instanceof Undefined) throw callee.error()
    if (!(callee instanceof Callable)) throw new JinjaError(`'${typeName(callee)}' object is not callable`)
    const result = callee.call(args)
    this.#step(sizeOf(result))
    return result
  }

  /** @param {Arguments} args @param {Scope} scope @returns {CallArguments} */
  #arguments(args, scope) {
    const positional = args.positional.map((argument) => this.#evaluate(argument, scope))
    if (args.rest !== null) positional.push(...iterate(this.#evaluate(args.rest, scope)))
    /** @type {Map<string, Value>} */
    const named = new Map()
    for (const [name, argument] of args.named) named.set(name, this.#evaluate(argument, scope))
    if (args.namedRest !== null) {
      const rest = this.#evaluate(args.namedRest, scope)
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
  #evaluate(expression, scope) {
    this.#step()
    switch (expression.kind) {
      case 'constant':
        return expression.value
      case 'name': {
        const value = scope.get(expression.name)
        return value === undefined ? new Undefined(`'${expression.name}' is undefined`) : value
      }
      case 'list':
        return expression.items.map((item) => this.#evaluate(item, scope))
      case 'tuple':
        return Tuple.from(expression.items.map((item) => this.#evaluate(item, scope)))
      case 'dict':
        return new Dict(
          expression.entries.map(([key, value]) => [
            this.#evaluate(key, scope),
            this.#evaluate(value, scope),
          ]),
        )
      case 'attribute':
        return attributeOf(this.#evaluate(expression.object, scope), expression.name)
      case 'item':
        return itemOf(this.#evaluate(expression.object, scope), this.#evaluate(expression.index, scope))
      case 'slice': {
        const object = this.#evaluate(expression.object, scope)
        const result = sliceOf(
          object,
          expression.bounds.map((bound) => (bound === null ? null : this.#evaluate(bound, scope))),
        )
        this.#step(sizeOf(result))
        return result
      }
      case 'call':
        return this.#call(this.#evaluate(expression.callee, scope), this.#arguments(expression.args, scope))
      case 'filter': {
        const value = expression.object === null ? new Text('') : this.#evaluate(expression.object, scope)
        return this.#applyFilter(expression.name, value, this.#arguments(expression.args, scope))
      }
      case 'test':
        return applyTest(
          expression.name,
          this.#evaluate(expression.object, scope),
          this.#arguments(expression.args, scope),
        )
      case 'not':
        return !isTrue(this.#evaluate(expression.operand, scope))
      case 'sign': {
        const value = this.#evaluate(expression.operand, scope)
        if (value instanceof Undefined) throw value.error()
        if (!isNumeric(value))
          throw new JinjaError(`bad operand type for unary ${expression.operator}: '${typeName(value)}'`)
        return expression.operator === '-' ? -asNumber(value) : asNumber(value)
      }
      case 'and':
      case 'or': {
        const left = this.#evaluate(expression.left, scope)
        return isTrue(left) === (expression.kind === 'and') ? this.#evaluate(expression.right, scope) : left
      }
      case 'binary': {
        const left = this.#evaluate(expression.left, scope)
        const result = arithmetic(expression.operator, left, this.#evaluate(expression.right, scope))
        this.#step(sizeOf(result))
        return result
      }
      case 'compare': {
        let left = this.#evaluate(expression.first, scope)
        for (const [operator, other] of expression.others) {
          const right = this.#evaluate(other, scope)
          this.#step(sizeOf(right))
          if (!isSo(operator, left, right)) return false
          left = right
        }
        return true
      }
      case 'concat': {
        const values = expression.parts.map((part) => this.#evaluate(part, scope))
        if (values.includes(null)) this.printedNone = true
        const text = Text.concat(values.map(print))
        this.#step(text.string.length)
        return text
      }
      default: {
        const holds = isTrue(this.#evaluate(expression.test, scope))
        if (holds) return this.#evaluate(expression.value, scope)
        if (expression.otherwise !== null) return this.#evaluate(expression.otherwise, scope)
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

/** Gives `loop` its attributes for the item at `index`. @param {Callable} loop @param {Value[]} items @param {number} index */
function place(loop, items, index) {
  const count = items.length
  loop.set('index', BigInt(index + 1))
  loop.set('index0', BigInt(index))
  loop.set('revindex', BigInt(count - index))
  loop.set('revindex0', BigInt(count - index - 1))
  loop.set('first', index === 0)
  loop.set('last', index === count - 1)
  loop.set('previtem', index > 0 ? items[index - 1] : new Undefined('there is no previous item'))
  loop.set('nextitem', index < count - 1 ? items[index + 1] : new Undefined('there is no next item'))
  loop.set('cycle', new Callable('cycle', ({ positional }) => positional[index % positional.length]))
}
