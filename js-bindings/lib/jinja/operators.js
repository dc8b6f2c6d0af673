import { dictMethod, listMethod } from './containerMethods.js'
import { printPercent } from './printing.js'
import { Text } from './Text.js'
import { textMethod } from './textMethods.js'
import {
  Attributes,
  asInteger,
  asNumber,
  compare,
  contains,
  Dict,
  equal,
  isNumeric,
  JinjaError,
  LARGEST,
  Tuple,
  typeName,
  Undefined,
  View,
} from './values.js'

/** @import { Value } from './values.js' */

/**
 * What an arithmetic operator of Python gives.
 *
 * @param {string} operator
 * @param {Value} left
 * @param {Value} right
 * @returns {Value}
 */
export function arithmetic(operator, left, right) {
  for (const value of [left, right]) if (value instanceof Undefined) throw value.error()
  if (isNumeric(left) && isNumeric(right)) return ofNumbers(operator, asNumber(left), asNumber(right))
  if (operator === '+' && typeName(left) === typeName(right)) {
    if (left instanceof Text) return Text.concat([left, right])
    if (left instanceof Tuple) return Tuple.from([...left, ...right])
    if (Array.isArray(left) && !(left instanceof View)) return [...left, ...right]
  }
  if (operator === '*') {
    if (typeof asNumber(right) === 'bigint' && isRepeatable(left))
      return repeat(left, Number(asNumber(right)))
    if (typeof asNumber(left) === 'bigint' && isRepeatable(right))
      return repeat(right, Number(asNumber(left)))
  }
  if (operator === '%' && left instanceof Text) return printPercent(left, right)
  if (operator === '+' && left instanceof Text) {
    throw new JinjaError(`can only concatenate str (not "${typeName(right)}") to str`)
  }
  throw new JinjaError(
    `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
  )
}

/** @param {Value} value */
function isRepeatable(value) {
  return value instanceof Text || (Array.isArray(value) && !(value instanceof View))
}

/** @param {Value} value @param {number} times */
function repeat(value, times) {
  const size = value instanceof Text ? value.string.length : value.length
  if (size * times > LARGEST) throw new JinjaError(`'*' would make more than ${LARGEST} characters or items`)
  const copies = Array.from({ length: Math.max(times, 0) }, () => value)
  if (value instanceof Text) return Text.concat(copies)
  return value instanceof Tuple ? Tuple.from(copies.flatMap((copy) => [...copy])) : copies.flat(1)
}

/**
 * @param {string} operator
 * @param {bigint | number} a
 * @param {bigint | number} b
 * @returns {bigint | number}
 */
function ofNumbers(operator, a, b) {
  if ('/%'.includes(operator[0]) && Number(b) === 0) throw new JinjaError('division by zero')
  if (typeof a === 'bigint' && typeof b === 'bigint' && operator !== '/') {
    switch (operator) {
      case '+':
        return a + b
      case '-':
        return a - b
      case '*':
        return a * b
      case '//':
        return (a - (((a % b) + b) % b)) / b
      case '%':
        return ((a % b) + b) % b
      default:
        if (a === 0n && b < 0n) throw new JinjaError('0 cannot be raised to a negative power')
        if (b < 0n) return Number(a) ** Number(b)
        if (a > 1n || a < -1n) {
          if (b * BigInt(a.toString(2).length) > 65536n)
            throw new JinjaError("the result of '**' is too large")
        }
        return a ** b
    }
  }
  const [x, y] = [Number(a), Number(b)]
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return x / y
    case '//':
      return Math.floor((x - modulo(x, y)) / y + 0.5)
    case '%':
      return modulo(x, y)
    default:
      return x ** y
  }
}

/** The remainder with the sign of the divisor. @param {number} x @param {number} y */
function modulo(x, y) {
  const rest = x % y
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest === 0 ? Math.sign(y) * 0 : rest
}

/**
 * `left operator right` of a comparison.
 *
 * @param {string} operator
 * @param {Value} left
 * @param {Value} right
 * @returns {boolean}
 */
export function isSo(operator, left, right) {
  switch (operator) {
    case '==':
      return equal(left, right)
    case '!=':
      return !equal(left, right)
    case 'in':
      return contains(right, left)
    case 'not in':
      return !contains(right, left)
    case '<':
      return compare(left, right, operator) < 0
    case '<=':
      return compare(left, right, operator) <= 0
    case '>':
      return compare(left, right, operator) > 0
    default:
      return compare(left, right, operator) >= 0
  }
}

/**
 * `object.name` of a template: an attribute or method, or else an item.
 *
 * @param {Value} object
 * @param {string} name
 * @returns {Value}
 */
export function attributeOf(object, name) {
  if (object instanceof Undefined) throw object.error()
  const attribute = ownAttribute(object, name)
  if (attribute !== undefined) return attribute
  const item = object instanceof Dict ? object.get(new Text(name)) : undefined
  return item === undefined ? missing(object, name) : item
}

/**
 * `object[key]` of a template: an item, or else an attribute or method.
 *
 * @param {Value} object
 * @param {Value} key
 * @returns {Value}
 */
export function itemOf(object, key) {
  if (object instanceof Undefined) throw object.error()
  const isKey = object instanceof Dict && !Array.isArray(key) && !(key instanceof Dict)
  const item = isKey ? object.get(key) : itemAt(object, asNumber(key))
  if (item !== undefined) return item
  if (!(key instanceof Text))
    return new Undefined(
      `${typeName(object)} object has no element ${typeName(key) === 'int' ? key : typeName(key)}`,
    )
  return ownAttribute(object, key.string) ?? missing(object, key.string)
}

/** @param {Value} object @param {Value} index @returns {Value} */
function itemAt(object, index) {
  if (typeof index !== 'bigint') return undefined
  const isRange = object instanceof View && object.label.startsWith('range')
  if (!(object instanceof Text) && (!Array.isArray(object) || (object instanceof View && !isRange)))
    return undefined
  const at = Number(index < 0n ? index + BigInt(object.length) : index)
  if (at < 0 || at >= object.length) return undefined
  return object instanceof Text ? object.codePoints(at, at + 1) : object[at]
}

/** @param {Value} object @param {string} name @returns {Value} */
function ownAttribute(object, name) {
  if (object instanceof Text) return textMethod(object, name)
  if (object instanceof Dict) return dictMethod(object, name)
  if (Array.isArray(object) && !(object instanceof View)) return listMethod(object, name)
  return object instanceof Attributes ? object.get(name) : undefined
}

/** @param {Value} object @param {string} name */
function missing(object, name) {
  return new Undefined(`'${typeName(object)}' object has no attribute '${name}'`)
}

/**
 * `object[start:stop:step]`.
 *
 * @param {Value} object
 * @param {Value[]} bounds null where one is left out
 * @returns {Value}
 */
export function sliceOf(object, bounds) {
  if (object instanceof Undefined) throw object.error()
  if (!(object instanceof Text) && !Array.isArray(object)) {
    throw new JinjaError(`'${typeName(object)}' object is not subscriptable`)
  }
  const [start, stop, step] = bounds.map((bound) => (bound === null ? null : asInteger(bound)))
  const by = step ?? 1
  if (by === 0) throw new JinjaError('slice step cannot be zero')
  const { length } = object
  const [lowest, highest] = by > 0 ? [0, length] : [-1, length - 1]
  /** @param {number | null | undefined} bound @param {number} otherwise */
  const place = (bound, otherwise) => {
    if (bound === null || bound === undefined) return otherwise
    return Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest)
  }
  const from = place(start, by > 0 ? 0 : length - 1)
  const to = place(stop, by > 0 ? length : -1)
  if (object instanceof Text && by === 1) return object.codePoints(from, Math.max(from, to))
  const items = object instanceof Text ? [...object] : object
  const taken = []
  for (let i = from; by > 0 ? i < to : i > to; i += by) taken.push(items[i])
  if (object instanceof Text) return Text.concat(taken)
  return object instanceof Tuple ? Tuple.from(taken) : taken
}
