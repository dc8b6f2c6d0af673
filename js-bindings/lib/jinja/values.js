import { Text } from './Text.js'

/**
 * The values of Python, as they are here: None is null, a bool a boolean, an int a bigint, a float a number, a str a
 * Text, a list an Array, and the rest are classes.
 *
 * @typedef {any} Value
 */

export class Tuple extends Array {
  static get [Symbol.species]() {
    return Array
  }
}

/** What `range()` gives, or a dict's keys, values or items: a sequence that is no list. */
export class View extends Array {
  static get [Symbol.species]() {
    return Array
  }

  /** What it prints before its items, such as `dict_keys`, or all that it prints. */
  label = ''

  /** @param {string} label @param {Iterable<Value>} items */
  static named(label, items) {
    const view = new View()
    for (const item of items) view.push(item)
    view.label = label
    return view
  }
}

/** A dict: keys are told apart as Python does, and stay in the order in which they came. */
export class Dict {
  /** @type {Map<string, [Value, Value]>} */
  #entries = new Map()

  /** @param {Iterable<[Value, Value]>} [entries] */
  constructor(entries = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size() {
    return this.#entries.size
  }

  /** @param {Value} key @returns {Value} undefined if it is not there */
  get(key) {
    return this.#entries.get(hash(key))?.[1]
  }

  /** @param {Value} key */
  has(key) {
    return this.#entries.has(hash(key))
  }

  /** @param {Value} key @param {Value} value */
  set(key, value) {
    const hashed = hash(key)
    this.#entries.set(hashed, [this.#entries.get(hashed)?.[0] ?? key, value])
  }

  entries() {
    return [...this.#entries.values()]
  }

  keys() {
    return this.entries().map(([key]) => key)
  }

  values() {
    return this.entries().map(([, value]) => value)
  }
}

/** A variable, attribute or item that is not there: it prints nothing, is empty, and nothing else can be done with it. */
export class Undefined {
  /** @param {string} reason what the error says when it is used all the same */
  constructor(reason) {
    this.reason = reason
  }

  /** @returns {JinjaError} */
  error() {
    return new JinjaError(this.reason)
  }
}

/** What filters such as `map` give: its items come once. */
export class Generator {
  #iterator

  /** @param {Iterator<Value>} iterator */
  constructor(iterator) {
    this.#iterator = iterator
  }

  next() {
    return this.#iterator.next()
  }

  /** It may be left early and gone on with later. */
  [Symbol.iterator]() {
    return { next: () => this.#iterator.next() }
  }
}

/** An object with attributes that templates may read, such as `loop`, or set, as of a namespace. */
export class Attributes {
  /** @type {Map<string, Value>} */
  #values

  /** @param {string} type its name in Python @param {Iterable<[string, Value]>} [values] */
  constructor(type, values = []) {
    this.type = type
    this.#values = new Map(values)
  }

  /** @param {string} name @returns {Value} undefined if it is not there */
  get(name) {
    return this.#values.get(name)
  }

  /** @param {string} name @param {Value} value */
  set(name, value) {
    this.#values.set(name, value)
  }
}

/** The name of a value's type in Python. @param {Value} value @returns {string} */
export function typeName(value) {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float'
  if (value instanceof Text) return 'str'
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof View) return value.label.replace(/\(.*/, '')
  if (Array.isArray(value)) return 'list'
  if (value instanceof Dict) return 'dict'
  if (value instanceof Generator) return 'generator'
  if (value instanceof Attributes) return value.type
  return 'Undefined'
}

/** @param {Value} value */
export function isTrue(value) {
  if (value === null || value instanceof Undefined) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint' || typeof value === 'number') return value !== 0n && value !== 0
  if (value instanceof Text) return value.string !== ''
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Dict) return value.size > 0
  return true
}

/** Whether a value counts as a number in arithmetic, as a bool does. @param {Value} value */
export function isNumeric(value) {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'
}

/** A bool as an int; others as they are. @param {Value} value */
export function asNumber(value) {
  return typeof value === 'boolean' ? BigInt(value) : value
}

/** An int, or a bool, as a number of JavaScript. @param {Value} value */
export function asInteger(value) {
  const integer = asNumber(value)
  if (typeof integer !== 'bigint') throw new JinjaError(`expected an int, not ${typeName(value)}`)
  return Number(integer)
}

/** The most that one operation may make: characters of a text, or items of a list. */
export const LARGEST = 2 ** 24

/** An int that says how much is made. @param {Value} value */
export function asSize(value) {
  const size = asInteger(value)
  if (size > LARGEST) throw new JinjaError(`${size} is too large: more than ${LARGEST} characters or items`)
  return size
}

/** @param {Value} value @returns {Text} the value, if it is one */
export function asText(value) {
  if (value instanceof Undefined) throw value.error()
  if (!(value instanceof Text)) throw new JinjaError(`expected a str, not ${typeName(value)}`)
  return value
}

/** @param {Value} a @param {Value} b @returns {boolean} `==` of Python */
export function equal(a, b) {
  // An int and a float compare exactly this way, which === does not do.
  if (isNumeric(a) && isNumeric(b)) return asNumber(a) <= asNumber(b) && asNumber(a) >= asNumber(b)
  if (a instanceof Text) return b instanceof Text && a.string === b.string
  if (Array.isArray(a) && Array.isArray(b)) {
    return (
      typeName(a) === typeName(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]))
    )
  }
  if (a instanceof Dict && b instanceof Dict) {
    return a.size === b.size && a.entries().every(([key, value]) => b.has(key) && equal(value, b.get(key)))
  }
  if (a instanceof Undefined) return b instanceof Undefined
  return a === b
}

/**
 * What orders two values as Python's `<` does: below 0 if `a` comes first, 0 if they are equal.
 *
 * @param {Value} a
 * @param {Value} b
 * @param {string} operator for the error
 * @returns {number} NaN if neither comes first, as with NaN
 */
export function compare(a, b, operator = '<') {
  if (isNumeric(a) && isNumeric(b)) {
    const [x, y] = [asNumber(a), asNumber(b)]
    return x < y ? -1 : x > y ? 1 : equal(x, y) ? 0 : Number.NaN
  }
  if (a instanceof Text && b instanceof Text) return compareStrings(a.string, b.string)
  if (Array.isArray(a) && typeName(a) === typeName(b)) {
    const index = a.findIndex((item, i) => i >= b.length || !equal(item, b[i]))
    if (index < 0) return a.length - b.length
    return index < b.length ? compare(a[index], b[index], operator) : 1
  }
  for (const value of [a, b]) if (value instanceof Undefined) throw value.error()
  throw new JinjaError(`'${operator}' is not supported between '${typeName(a)}' and '${typeName(b)}'`)
}

/** By code points, not by UTF-16 units. @param {string} a @param {string} b */
function compareStrings(a, b) {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  if (i === a.length || i === b.length) return a.length - b.length
  if (/[\udc00-\udfff]/.test(a[i]) && /[\udc00-\udfff]/.test(b[i])) i--
  return Number(a.codePointAt(i)) - Number(b.codePointAt(i))
}

/**
 * What a `for` goes through.
 *
 * @param {Value} value
 * @returns {Iterable<Value>}
 */
export function iterate(value) {
  if (Array.isArray(value) || value instanceof Text || value instanceof Generator) return value
  if (value instanceof Dict) return value.keys()
  if (value instanceof Undefined) return []
  throw new JinjaError(`'${typeName(value)}' object is not iterable`)
}

/** @param {Value} value @returns {bigint} `len()` of Python */
export function lengthOf(value) {
  if (value instanceof Text || Array.isArray(value)) return BigInt(value.length)
  if (value instanceof Dict) return BigInt(value.size)
  if (value instanceof Undefined) return 0n
  throw new JinjaError(`object of type '${typeName(value)}' has no len()`)
}

/** @param {Value} container @param {Value} value `value in container` */
export function contains(container, value) {
  if (container instanceof Text) {
    if (value instanceof Text) return container.string.includes(value.string)
    throw new JinjaError(`'in <string>' requires string as left operand, not ${typeName(value)}`)
  }
  if (container instanceof Dict) return container.has(value)
  for (const item of iterate(container)) if (equal(item, value)) return true
  return false
}

/** The same for keys that Python takes as the same. @param {Value} key @returns {string} */
function hash(key) {
  if (key instanceof Text) return `s${key.string}`
  if (isNumeric(key)) return `n${asNumber(key)}`
  if (key === null) return 'none'
  if (key instanceof Tuple) return `(${key.map((item) => JSON.stringify(hash(item))).join()})`
  if (key instanceof Undefined) return 'undefined'
  throw new JinjaError(`unhashable type: '${typeName(key)}'`)
}

/**
 * A value of JavaScript, of data alone, as Python has it. Its strings are the user's, keys too; a Text stays what it is.
 *
 * @param {unknown} value
 * @returns {Value}
 */
export function fromJavaScript(value) {
  if (typeof value === 'string') return Text.ofUser(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'boolean' || typeof value === 'bigint') return value
  if (value === null || value === undefined) return null
  if (value instanceof Text) return value
  if (Array.isArray(value)) return value.map(fromJavaScript)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return new Dict(
    entries
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [fromJavaScript(key), fromJavaScript(entry)]),
  )
}

/** What is wrong with a template, or with what it was asked to do. */
export class JinjaError extends Error {
  /**
   * @param {string} message
   * @param {number} [line] of the template, from 1
   */
  constructor(message, line) {
    super(line === undefined ? message : `line ${line}: ${message}`)
    this.name = 'JinjaError'
    this.line = line
  }
}
