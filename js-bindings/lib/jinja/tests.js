import { Callable } from './calls.js'
import { arithmetic, isSo } from './operators.js'
import { print } from './printing.js'
import { Text } from './Text.js'
import { textMethod } from './textMethods.js'
import { Dict, equal, Generator, isTrue, JinjaError, Undefined, View } from './values.js'

/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

/** @typedef {(value: Value, argument: Value) => boolean} Test what it says of a value, and of the argument behind it */

/** @param {string} operator @returns {Test} */
const comparison = (operator) => (value, argument) => isSo(operator, value, argument)

/** @param {string} name of a method of `str` @returns {Test} */
const ofText = (name) => (value) =>
  /** @type {Callable} */ (textMethod(print(value), name)).call({ positional: [], named: new Map() })

/** @param {bigint} rest @returns {Test} */
const remainder = (rest) => (value) => equal(arithmetic('%', value, 2n), rest)

/** @type {Readonly<Record<string, Test>>} */
const TESTS = {
  boolean: (value) => typeof value === 'boolean',
  callable: (value) => value instanceof Callable || value instanceof Undefined,
  defined: (value) => !(value instanceof Undefined),
  divisibleby: (value, by) => equal(arithmetic('%', value, by), 0n),
  eq: comparison('=='),
  even: remainder(0n),
  false: (value) => value === false,
  float: (value) => typeof value === 'number',
  ge: comparison('>='),
  gt: comparison('>'),
  in: comparison('in'),
  integer: (value) => typeof value === 'bigint',
  iterable: (value) =>
    value instanceof Text ||
    Array.isArray(value) ||
    value instanceof Dict ||
    value instanceof Generator ||
    value instanceof Undefined,
  le: comparison('<='),
  lower: ofText('islower'),
  lt: comparison('<'),
  mapping: (value) => value instanceof Dict,
  ne: comparison('!='),
  none: (value) => value === null,
  number: (value) => ['bigint', 'number', 'boolean'].includes(typeof value),
  odd: remainder(1n),
  sameas: (value, other) =>
    value === other || (value instanceof Text && other instanceof Text && value.string === other.string),
  sequence: (value) =>
    value instanceof Text ||
    value instanceof Dict ||
    value instanceof Undefined ||
    (Array.isArray(value) && (!(value instanceof View) || value.label.startsWith('range'))),
  string: (value) => value instanceof Text,
  true: (value) => value === true,
  undefined: (value) => value instanceof Undefined,
  upper: ofText('isupper'),
}

/** @type {Readonly<Record<string, string>>} */
const ALIASES = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  equalto: 'eq',
  lessthan: 'lt',
  greaterthan: 'gt',
}
/** Tests that take one argument; the others take none. */
const WITH_ARGUMENT = ['divisibleby', 'eq', 'ge', 'gt', 'in', 'le', 'lt', 'ne', 'sameas']

/**
 * Whether a value passes a test.
 *
 * @param {string} given the test's name
 * @param {Value} value
 * @param {CallArguments} args
 * @returns {boolean}
 */
export function applyTest(given, value, { positional, named }) {
  const name = Object.hasOwn(ALIASES, given) ? ALIASES[given] : given
  if (!Object.hasOwn(TESTS, name)) throw new JinjaError(`there is no test named '${name}'`)
  const expected = WITH_ARGUMENT.includes(name) ? 1 : 0
  if (positional.length !== expected || named.size > 0) {
    throw new JinjaError(
      `the test '${name}' takes ${expected} arguments, received ${positional.length + named.size}`,
    )
  }
  return isTrue(TESTS[name](value, positional[0]))
}
