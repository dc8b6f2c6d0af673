import { JinjaError } from './JinjaError.js'
import { arithmetic, attributeOf, itemOf } from './operators.js'
import { fixedPoint, print, printJson, printPercent } from './printing.js'
import { SPACE, Text } from './Text.js'
import { capitalize, replace, strip, textMethod, words } from './textMethods.js'
import {
  asNumber,
  bindArguments,
  compare,
  Dict,
  equal,
  Generator,
  isNumeric,
  isTrue,
  iterate,
  lengthOf,
  REQUIRED,
  Tuple,
  typeName,
  Undefined,
} from './values.js'

/** @import { CallArguments, Value } from './values.js' */

/**
 * What filters ask of the template that runs: other filters, and tests.
 *
 * @typedef {object} Environment
 * @property {(name: string, value: Value, args: CallArguments) => Value} applyFilter
 * @property {(name: string, value: Value, args: CallArguments) => boolean} applyTest
 */

/**
 * A filter: its parameters with their defaults, or null where it takes any; and what it makes of a value.
 *
 * @typedef {{ parameters: Readonly<Record<string, Value>> | null,
 *   run: (value: Value, args: any, environment: Environment) => Value }} Filter
 */

const EMPTY = new Text('')
const NO_ARGUMENTS = { positional: [], named: new Map() }

/** @param {Readonly<Record<string, Value>>} parameters @param {Filter['run']} run @returns {Filter} */
const filter = (parameters, run) => ({ parameters, run })
/** @param {Filter['run']} run @returns {Filter} */
const variadic = (run) => ({ parameters: null, run })

/** A method of `str` on what the value prints. @param {string} name */
const ofText = (name) =>
  variadic((value, args) =>
    /** @type {import('./values.js').Callable} */ (textMethod(print(value), name)).call(args),
  )

/** `min` and `max`. @param {number} sign */
const extreme = (sign) =>
  filter({ case_sensitive: false, attribute: null }, (value, { case_sensitive, attribute }) => {
    const key = sortKey(attribute, case_sensitive)
    const items = [...iterate(value)]
    if (items.length === 0) return new Undefined('No aggregated item, sequence was empty.')
    return items.reduce((best, item) => (sign * compare(key(item), key(best)) > 0 ? item : best))
  })

/** `select` and its kin. @param {boolean} wanted @param {boolean} byAttribute */
const selection = (wanted, byAttribute) =>
  variadic((value, { positional, named }, environment) => {
    const [attribute, ...others] = byAttribute ? positional : [null, ...positional]
    if (attribute === undefined) throw new JinjaError('Missing parameter for attribute name')
    const pick = byAttribute ? getter(attribute) : (/** @type {Value} */ item) => item
    const [test, ...rest] = others
    return generate(function* () {
      for (const item of iterate(value)) {
        const passes =
          test === undefined
            ? isTrue(pick(item))
            : environment.applyTest(test.string, pick(item), { positional: rest, named })
        if (passes === wanted) yield item
      }
    })
  })

/** @type {Readonly<Record<string, Filter>>} */
const FILTERS = {
  abs: filter({}, (value) => {
    if (!isNumeric(value)) throw new JinjaError(`bad operand type for abs(): '${typeName(value)}'`)
    return asNumber(value) < 0 ? -asNumber(value) : asNumber(value)
  }),
  attr: filter({ name: REQUIRED }, (value, { name }) =>
    value instanceof Dict ? methodOf(value, name.string) : attributeOf(value, name.string),
  ),
  batch: filter({ linecount: REQUIRED, fill_with: null }, (value, { linecount, fill_with }) =>
    generate(function* () {
      /** @type {Value[]} */
      let row = []
      for (const item of iterate(value)) {
        if (row.length === Number(linecount)) {
          yield row
          row = []
        }
        row.push(item)
      }
      if (row.length === 0) return
      while (fill_with !== null && row.length < Number(linecount)) row.push(fill_with)
      yield row
    }),
  ),
  capitalize: filter({}, (value) => capitalize(print(value))),
  center: filter({ width: 80n }, (value, { width }) => callMethod(print(value), 'center', width)),
  default: filter({ default_value: EMPTY, boolean: false }, (value, { default_value, boolean }) =>
    value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? default_value : value,
  ),
  dictsort: filter({ case_sensitive: false, by: new Text('key'), reverse: false }, (value, args) => {
    if (!(value instanceof Dict)) throw new JinjaError(`dictsort expects a dict, not ${typeName(value)}`)
    const at = args.by.string === 'value' ? 1 : 0
    const key = sortKey(null, args.case_sensitive)
    return sorted(
      value.entries().map((entry) => Tuple.from(entry)),
      (pair) => key(pair[at]),
      args.reverse,
    )
  }),
  escape: filter({}, (value) =>
    print(value).map((part) =>
      part.replace(/[&<>'"]/g, (c) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', "'": '#39', '"': '#34' }[c]};`),
    ),
  ),
  first: filter({}, (value) => {
    const { done, value: item } = iterate(value)[Symbol.iterator]().next()
    return done ? new Undefined('No first item, sequence was empty.') : item
  }),
  float: filter({ default: 0 }, (value, args) => {
    if (isNumeric(value)) return Number(value)
    const parsed = value instanceof Text ? parseFloatOf(value.string) : undefined
    if (value instanceof Undefined) throw value.error()
    return parsed ?? args.default
  }),
  format: variadic((value, { positional, named }) => {
    const named_ = new Dict([...named].map(([name, item]) => [new Text(name), item]))
    return printPercent(print(value), named.size > 0 ? named_ : Tuple.from(positional))
  }),
  groupby: filter({ attribute: REQUIRED, default: null, case_sensitive: false }, (value, args) => {
    const get = getter(args.attribute, args.default)
    const key = (/** @type {Value} */ item) => fold(get(item), args.case_sensitive)
    /** @type {Value[][]} */
    const groups = []
    for (const item of sorted([...iterate(value)], key, false)) {
      const last = groups.at(-1)
      if (last !== undefined && equal(key(last[0]), key(item))) last.push(item)
      else groups.push([item])
    }
    return groups.map((items) => Tuple.from([get(items[0]), items]))
  }),
  indent: filter({ width: 4n, first: false, blank: false }, (value, { width, first, blank }) => {
    const by = width instanceof Text ? width : new Text(' '.repeat(Number(width)))
    const lines = Text.concat([print(value), new Text('\n')])
    const split = callMethod(lines, 'splitlines')
    const [head = EMPTY, ...rest] = split
    const body = rest.map((/** @type {Text} */ line) =>
      isTrue(blank) || line.string !== '' ? Text.concat([by, line]) : line,
    )
    return Text.join([isTrue(first) ? Text.concat([by, head]) : head, ...body], new Text('\n'))
  }),
  int: filter({ default: 0n, base: 10n }, (value, args) => {
    if (value instanceof Undefined) throw value.error()
    if (isNumeric(value)) return Number.isFinite(Number(value)) ? toInteger(value) : args.default
    return (value instanceof Text ? parseInteger(value.string, Number(args.base)) : undefined) ?? args.default
  }),
  items: filter({}, (value) => {
    if (value instanceof Undefined) return new Generator([].values())
    if (!(value instanceof Dict)) throw new JinjaError('Can only get item pairs from a mapping.')
    return new Generator(
      value
        .entries()
        .map((entry) => Tuple.from(entry))
        .values(),
    )
  }),
  join: filter({ d: EMPTY, attribute: null }, (value, { d, attribute }) => {
    const items = [...iterate(value)]
    return Text.join((attribute === null ? items : items.map(getter(attribute))).map(print), print(d))
  }),
  last: filter({}, (value) => {
    if (value instanceof Generator) throw new JinjaError("'generator' object is not reversible")
    return [...iterate(value)].at(-1) ?? new Undefined('No last item, sequence was empty.')
  }),
  length: filter({}, lengthOf),
  list: filter({}, (value) => [...iterate(value)]),
  lower: ofText('lower'),
  map: variadic((value, { positional, named }, environment) => {
    if (positional.length === 0 && named.has('attribute')) {
      const get = getter(named.get('attribute'), named.get('default'))
      return generate(function* () {
        for (const item of iterate(value)) yield get(item)
      })
    }
    const [name, ...rest] = positional
    if (name === undefined) throw new JinjaError('map requires a filter argument')
    return generate(function* () {
      for (const item of iterate(value))
        yield environment.applyFilter(name.string, item, { positional: rest, named })
    })
  }),
  max: extreme(1),
  min: extreme(-1),
  reject: selection(false, false),
  rejectattr: selection(false, true),
  replace: filter({ old: REQUIRED, new: REQUIRED, count: null }, (value, { old, new: by, count }) =>
    replace(print(value), print(old), print(by), count === null ? -1 : Number(count)),
  ),
  reverse: filter({}, (value) => {
    if (value instanceof Text) return Text.concat([...value].reverse())
    return new Generator([...iterate(value)].reverse().values())
  }),
  round: filter({ precision: 0n, method: new Text('common') }, (value, { precision, method }) => {
    const digits = Number(precision)
    if (method.string === 'common') {
      const number = asNumber(value)
      if (typeof number === 'bigint')
        return digits >= 0 ? number : roundInteger(number, 10n ** BigInt(-digits))
      const size =
        digits < 0
          ? Math.round(Math.abs(number) / 10 ** -digits) * 10 ** -digits
          : fixedPoint(Math.abs(number), digits)
      return Math.sign(number) * Number(size)
    }
    if (!['ceil', 'floor'].includes(method.string))
      throw new JinjaError('method must be common, ceil or floor')
    return Math[/** @type {'ceil' | 'floor'} */ (method.string)](Number(value) * 10 ** digits) / 10 ** digits
  }),
  safe: filter({}, print),
  select: selection(true, false),
  selectattr: selection(true, true),
  slice: filter({ slices: REQUIRED, fill_with: null }, (value, { slices, fill_with }) =>
    generate(function* () {
      const items = [...iterate(value)]
      const count = Number(slices)
      const each = Math.floor(items.length / count)
      const more = items.length % count
      let start = 0
      for (let i = 0; i < count; i++) {
        const end = start + each + (i < more ? 1 : 0)
        yield fill_with !== null && i >= more
          ? [...items.slice(start, end), fill_with]
          : items.slice(start, end)
        start = end
      }
    }),
  ),
  sort: filter({ reverse: false, case_sensitive: false, attribute: null }, (value, args) =>
    sorted([...iterate(value)], sortKey(args.attribute, args.case_sensitive), args.reverse),
  ),
  string: filter({}, print),
  sum: filter({ attribute: null, start: 0n }, (value, { attribute, start }) => {
    const get = attribute === null ? (/** @type {Value} */ item) => item : getter(attribute)
    return [...iterate(value)].reduce((total, item) => arithmetic('+', total, get(item)), start)
  }),
  title: filter({}, (value) => words(print(value), new RegExp(`[^-${SPACE}({[<]+`, 'g'))),
  tojson: variadic(printJson),
  trim: filter({ chars: null }, (value, { chars }) => strip(print(value), chars, true, true)),
  truncate: filter(
    { length: 255n, killwords: false, end: new Text('...'), leeway: 5n },
    (value, { length, killwords, end, leeway }) => {
      const text = print(value)
      if (text.length <= Number(length) + Number(leeway)) return text
      const cut = text.codePoints(0, Number(length) - end.length)
      const space = cut.string.lastIndexOf(' ')
      return Text.concat([isTrue(killwords) || space < 0 ? cut : cut.slice(0, space), end])
    },
  ),
  unique: filter({ case_sensitive: false, attribute: null }, (value, { case_sensitive, attribute }) => {
    const key = sortKey(attribute, case_sensitive)
    return generate(function* () {
      const seen = new Dict()
      for (const item of iterate(value)) {
        if (!seen.has(key(item))) yield item
        seen.set(key(item), true)
      }
    })
  }),
  upper: ofText('upper'),
  urlencode: filter({}, (value) => {
    if (value instanceof Dict || Array.isArray(value))
      throw new JinjaError('urlencode: only a str is supported')
    return print(value).map((part) =>
      encodeURIComponent(part)
        .replace(/[!'()*]/g, percent)
        .replaceAll('%2F', '/'),
    )
  }),
  wordcount: filter({}, (value) => BigInt(print(value).string.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
}

/** @type {Readonly<Record<string, string>>} */
const ALIASES = { count: 'length', d: 'default', e: 'escape' }
/** Filters of Jinja2 that make HTML, or another text each time. */
const UNSUPPORTED = [
  'filesizeformat',
  'forceescape',
  'pprint',
  'random',
  'striptags',
  'urlize',
  'wordwrap',
  'xmlattr',
]

/**
 * What a filter makes of a value.
 *
 * @param {string} given its name
 * @param {Value} value
 * @param {CallArguments} args
 * @param {Environment} environment
 * @returns {Value}
 */
export function applyFilter(given, value, args, environment) {
  const name = Object.hasOwn(ALIASES, given) ? ALIASES[given] : given
  if (!Object.hasOwn(FILTERS, name)) {
    throw new JinjaError(
      UNSUPPORTED.includes(name)
        ? `the filter '${name}' is not supported`
        : `there is no filter named '${name}'`,
    )
  }
  const { parameters, run } = FILTERS[name]
  return run(value, parameters === null ? args : bindArguments(name, parameters, args), environment)
}

/** @param {string} character */
function percent(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** @param {() => Iterator<Value>} items */
function generate(items) {
  return new Generator(items())
}

/** @param {Text} text @param {string} name @param {Value[]} positional */
function callMethod(text, name, ...positional) {
  return /** @type {import('./values.js').Callable} */ (textMethod(text, name)).call({
    ...NO_ARGUMENTS,
    positional,
  })
}

/** What `attr` finds of a dict: a method, never an item. @param {Dict} dict @param {string} name */
function methodOf(dict, name) {
  const found = attributeOf(new Dict(), name)
  return found instanceof Undefined ? found : attributeOf(dict, name)
}

/**
 * What gives an attribute of an item, as the filters' `attribute` names it: `a.b.0` goes into `a`, then `b`.
 *
 * @param {Value} attribute
 * @param {Value} [fallback] where there is none; null or undefined for no fallback
 * @returns {(item: Value) => Value}
 */
function getter(attribute, fallback) {
  const path = attribute instanceof Text ? attribute.string.split('.') : [attribute]
  const keys = path.map((part) =>
    typeof part !== 'string' ? part : /^\d+$/.test(part) ? BigInt(part) : new Text(part),
  )
  return (item) => {
    let value = item
    for (const key of keys) {
      value = itemOf(value, key)
      if (value instanceof Undefined && fallback !== null && fallback !== undefined) value = fallback
    }
    return value
  }
}

/** A text without regard to case, unless it counts. @param {Value} value @param {Value} caseSensitive */
function fold(value, caseSensitive) {
  return value instanceof Text && !isTrue(caseSensitive) ? value.map((part) => part.toLowerCase()) : value
}

/** @param {Value} attribute null, a name, or for several a text with commas @param {Value} caseSensitive */
function sortKey(attribute, caseSensitive) {
  if (attribute === null) return (/** @type {Value} */ item) => fold(item, caseSensitive)
  const names =
    attribute instanceof Text ? attribute.string.split(',').map((name) => new Text(name)) : [attribute]
  const getters = names.map((name) => getter(name))
  return (/** @type {Value} */ item) => {
    const keys = getters.map((get) => fold(get(item), caseSensitive))
    return keys.length === 1 ? keys[0] : keys
  }
}

/** @param {Value[]} items @param {(item: Value) => Value} key @param {Value} reverse */
function sorted(items, key, reverse) {
  const sign = isTrue(reverse) ? -1 : 1
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => sign * compare(a.key, b.key))
    .map(({ item }) => item)
}

/** @param {Value} number */
function toInteger(number) {
  return typeof number === 'number' ? BigInt(Math.trunc(number)) : asNumber(number)
}

/** To the nearest multiple, a tie to the even one. @param {bigint} number @param {bigint} multiple */
function roundInteger(number, multiple) {
  const rest = ((number % multiple) + multiple) % multiple
  const low = number - rest
  const up = rest * 2n > multiple || (rest * 2n === multiple && (low / multiple) % 2n !== 0n)
  return up ? low + multiple : low
}

/** `float()` of Python, undefined if the text is none. @param {string} string */
function parseFloatOf(string) {
  const trimmed = string.trim().replace(/(\d)_(?=\d)/g, '$1')
  const named = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed)
  if (named !== null)
    return named[2].toLowerCase() === 'nan' ? Number.NaN : named[1] === '-' ? -Infinity : Infinity
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined
}

/** `int()` of Python, or of what `float()` reads; undefined if the text is neither. @param {string} string @param {number} base */
function parseInteger(string, base) {
  const trimmed = string.trim().replace(/([\da-z])_(?=[\da-z])/gi, '$1')
  const [, sign, digits] = /^([-+]?)(?:0[box])?([\da-z]+)$/i.exec(trimmed) ?? []
  const prefixed = /^[-+]?0[box]/i.test(trimmed)
  if (digits !== undefined && (!prefixed || base === 16 || base === 8 || base === 2)) {
    let value = 0n
    for (const digit of digits.toLowerCase()) {
      const amount = Number.parseInt(digit, 36)
      if (amount >= base) return fromFloat()
      value = value * BigInt(base) + BigInt(amount)
    }
    return sign === '-' ? -value : value
  }
  return fromFloat()

  function fromFloat() {
    const float = parseFloatOf(string)
    return float === undefined || !Number.isFinite(float) ? undefined : toInteger(float)
  }
}
