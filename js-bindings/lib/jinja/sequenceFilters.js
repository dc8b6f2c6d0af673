import { REQUIRED } from './calls.js'
import { arithmetic, itemOf } from './operators.js'
import { print } from './printing.js'
import { Text } from './Text.js'
import {
  asSize,
  asText,
  compare,
  Dict,
  equal,
  Generator,
  isTrue,
  iterate,
  JinjaError,
  lengthOf,
  Tuple,
  typeName,
  Undefined,
} from './values.js'

/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

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

/** @param {Readonly<Record<string, Value>>} parameters @param {Filter['run']} run @returns {Filter} */
export const filter = (parameters, run) => ({ parameters, run })
/** @param {Filter['run']} run @returns {Filter} */
export const variadic = (run) => ({ parameters: null, run })

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
            : environment.applyTest(asText(test).string, pick(item), { positional: rest, named })
        if (passes === wanted) yield item
      }
    })
  })

/** The filters that go through the items of a value. @type {Readonly<Record<string, Filter>>} */
export const SEQUENCE_FILTERS = {
  batch: filter({ linecount: REQUIRED, fill_with: null }, (value, { linecount, fill_with }) =>
    generate(function* () {
      const columns = asSize(linecount)
      /** @type {Value[]} */
      let row = []
      for (const item of iterate(value)) {
        if (row.length === columns) {
          yield row
          row = []
        }
        row.push(item)
      }
      if (row.length === 0) return
      while (fill_with !== null && row.length < columns) row.push(fill_with)
      yield row
    }),
  ),
  dictsort: filter({ case_sensitive: false, by: new Text('key'), reverse: false }, (value, args) => {
    if (!(value instanceof Dict)) throw new JinjaError(`dictsort expects a dict, not ${typeName(value)}`)
    const at = ['key', 'value'].indexOf(asText(args.by).string)
    if (at < 0) throw new JinjaError('dictsort: by is either "key" or "value"')
    const key = sortKey(null, args.case_sensitive)
    return sorted(
      value.entries().map((entry) => Tuple.from(entry)),
      (pair) => key(pair[at]),
      args.reverse,
    )
  }),
  first: filter({}, (value) => {
    const { done, value: item } = iterate(value)[Symbol.iterator]().next()
    return done ? new Undefined('No first item, sequence was empty.') : item
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
  items: filter({}, (value) => {
    return generate(function* () {
      if (value instanceof Undefined) return
      if (!(value instanceof Dict)) throw new JinjaError('Can only get item pairs from a mapping.')
      for (const entry of value.entries()) yield Tuple.from(entry)
    })
  }),
  join: filter({ d: new Text(''), attribute: null }, (value, { d, attribute }) => {
    const items = [...iterate(value)]
    return Text.join((attribute === null ? items : items.map(getter(attribute))).map(print), print(d))
  }),
  last: filter({}, (value) => {
    if (value instanceof Generator) throw new JinjaError("'generator' object is not reversible")
    return [...iterate(value)].at(-1) ?? new Undefined('No last item, sequence was empty.')
  }),
  length: filter({}, lengthOf),
  list: filter({}, (value) => [...iterate(value)]),
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
        yield environment.applyFilter(asText(name).string, item, { positional: rest, named })
    })
  }),
  max: extreme(1),
  min: extreme(-1),
  reject: selection(false, false),
  rejectattr: selection(false, true),
  reverse: filter({}, (value) => {
    if (value instanceof Text) return Text.concat([...value].reverse())
    const reversed = [...iterate(value)].reverse()
    return Array.isArray(value) || value instanceof Dict ? new Generator(reversed.values()) : reversed
  }),
  select: selection(true, false),
  selectattr: selection(true, true),
  slice: filter({ slices: REQUIRED, fill_with: null }, (value, { slices, fill_with }) =>
    generate(function* () {
      const items = [...iterate(value)]
      const count = asSize(slices)
      if (count === 0) throw new JinjaError('division by zero')
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
  sum: filter({ attribute: null, start: 0n }, (value, { attribute, start }) => {
    const get = attribute === null ? (/** @type {Value} */ item) => item : getter(attribute)
    return [...iterate(value)].reduce((total, item) => arithmetic('+', total, get(item)), start)
  }),
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
}

/** @param {() => Iterator<Value>} items */
function generate(items) {
  return new Generator(items())
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
