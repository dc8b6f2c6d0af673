import { Callable } from './calls.js'
import { Evaluator, Scope } from './Evaluator.js'
import { isSo } from './operators.js'
import { print } from './printing.js'
import { Text } from './Text.js'
import { Attributes, Dict, isTrue, iterate, JinjaError, Tuple, Undefined } from './values.js'

/** @import { Arguments, Expression } from './ExpressionParser.js' */
/** @import { ForStatement, MacroStatement, Statement, Target } from './parseTemplate.js' */
/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

/** How deep macros and recursive loops may call each other: each level takes some of the stack. */
const DEEPEST = 100

/** One run of a template. */
export class Renderer extends Evaluator {
  /** @type {Text[]} what the template, macro or block that runs has written so far */
  #output = []
  #depth = 0
  #line = 1

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

  /** What `write` writes. @param {() => unknown} write */
  #captured(write) {
    const outer = this.#output
    this.#output = []
    write()
    const text = Text.concat(this.#output)
    this.step(text.string.length)
    this.#output = outer
    return text
  }

  /** What a block writes; if it ends with a `break` or `continue`, that is all it does. @param {Statement[]} body @param {Scope} scope */
  #block(body, scope) {
    /** @type {'break' | 'continue' | undefined} */
    let end
    const text = this.#captured(() => {
      end = this.#run(body, new Scope(scope))
    })
    return { text, end }
  }

  /**
   * @param {Statement[]} statements
   * @param {Scope} scope
   * @returns {'break' | 'continue' | undefined} how the loop around them goes on
   */
  #run(statements, scope) {
    for (const statement of statements) {
      this.step()
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
        const value = this.evaluate(statement.value, scope)
        if (value === null) this.printedNone = true
        this.#write(print(value))
        return undefined
      }
      case 'if': {
        const branch = statement.branches.find(({ test }) => isTrue(this.evaluate(test, scope)))
        return this.#run(branch?.body ?? statement.otherwise, scope)
      }
      case 'for':
        return this.#loop(statement, scope, iterate(this.evaluate(statement.iterable, scope)), 1)
      case 'set':
        this.#assign(statement.target, this.evaluate(statement.value, scope), scope)
        return undefined
      case 'setBlock': {
        const { text, end } = this.#block(statement.body, scope)
        if (end === undefined) {
          this.#assign(statement.target, this.#filtered(statement.filter, text, scope), scope)
        }
        return end
      }
      case 'macro':
        scope.set(statement.name, this.#macro(statement, scope))
        return undefined
      case 'callBlock':
        if (statement.call.kind === 'call') {
          const args = this.argumentsOf(statement.call.args, scope)
          args.named.set('caller', this.#macro(statement.macro, scope))
          this.#write(print(this.call(this.evaluate(statement.call.callee, scope), args)))
        }
        return undefined
      case 'filterBlock': {
        const { text, end } = this.#block(statement.body, scope)
        if (end === undefined) this.#write(print(this.#filtered(statement.filter, text, scope)))
        return end
      }
      case 'with': {
        const inner = new Scope(scope)
        for (const [target, value] of statement.values)
          this.#assign(target, this.evaluate(value, scope), inner)
        return this.#run(statement.body, inner)
      }
      default:
        return statement.kind
    }
  }

  /** @param {Text} text */
  #write(text) {
    this.step(text.string.length)
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
   * @returns {'break' | 'continue' | undefined} what its `else` says to the loop around it
   */
  #loop(statement, scope, iterable, depth) {
    const { target, condition, body, otherwise, recursive } = statement
    const items = [...iterable].filter((item) => {
      this.step()
      if (condition === null) return true
      const inner = new Scope(scope)
      this.#assign(target, item, inner)
      return isTrue(this.evaluate(condition, inner))
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
    return anyEnded ? undefined : this.#run(otherwise, new Scope(scope))
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
          if (value === undefined && parameter.value !== null) value = this.evaluate(parameter.value, inner)
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
    return this.applyFilter(filter.name, before, this.argumentsOf(filter.args, scope))
  }
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
