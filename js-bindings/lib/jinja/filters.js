import { bindArguments, REQUIRED } from './calls.js'
import { attributeOf } from './operators.js'
import { fixedPoint, print, printJson, printPercent } from './printing.js'
import { filter, SEQUENCE_FILTERS, variadic } from './sequenceFilters.js'
import { SPACE, Text } from './Text.js'
import { capitalize, replace, strip, textMethod, words } from './textMethods.js'
import {
  asInteger,
  asNumber,
  asSize,
  asText,
  Dict,
  isNumeric,
  isTrue,
  JinjaError,
  Tuple,
  typeName,
  Undefined,
} from './values.js'

/** @import { Environment, Filter } from './sequenceFilters.js' */
/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

const EMPTY = new Text('')
const NO_ARGUMENTS = { positional: [], named: new Map() }

/** A method of `str` on what the value prints. @param {string} name */
const ofText = (name) =>
  variadic((value, args) =>
    /** @type {import('./calls.js').Callable} */ (textMethod(print(value), name)).call(args),
  )

/** @type {Readonly<Record<string, Filter>>} */
const FILTERS = {
  ...SEQUENCE_FILTERS,
  abs: filter({}, (value) => {
    if (!isNumeric(value)) throw new JinjaError(`bad operand type for abs(): '${typeName(value)}'`)
    return asNumber(value) < 0 ? -asNumber(value) : asNumber(value)
  }),
  attr: filter({ name: REQUIRED }, (value, { name }) =>
    value instanceof Dict ? methodOf(value, asText(name).string) : attributeOf(value, asText(name).string),
  ),
  capitalize: filter({}, (value) => capitalize(print(value))),
  center: filter({ width: 80n }, (value, { width }) => callMethod(print(value), 'center', width)),
  default: filter({ default_value: EMPTY, boolean: false }, (value, { default_value, boolean }) =>
    value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? default_value : value,
  ),
  escape: filter({}, (value) =>
    print(value).map((part) =>
      part.replace(/[&<>'"]/g, (c) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', "'": '#39', '"': '#34' }[c]};`),
    ),
  ),
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
  indent: filter({ width: 4n, first: false, blank: false }, (value, { width, first, blank }) => {
    const by = width instanceof Text ? width : new Text(' '.repeat(Math.max(asSize(width), 0)))
    const lines = Text.concat([asText(value), new Text('\n')])
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
    return (
      (value instanceof Text ? parseInteger(value.string, asInteger(args.base)) : undefined) ?? args.default
    )
  }),
  lower: ofText('lower'),
  replace: filter({ old: REQUIRED, new: REQUIRED, count: null }, (value, { old, new: by, count }) =>
    replace(print(value), print(old), print(by), count === null ? -1 : asInteger(count)),
  ),
  round: filter({ precision: 0n, method: new Text('common') }, (value, { precision, method }) => {
    const digits = asInteger(precision)
    if (!isNumeric(value)) throw new JinjaError(`round: expected a number, not ${typeName(value)}`)
    if (Math.abs(digits) > 100) throw new JinjaError('round: at most 100 digits are supported')
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
    if (!['ceil', 'floor'].includes(asText(method).string))
      throw new JinjaError('method must be common, ceil or floor')
    return Math[/** @type {'ceil' | 'floor'} */ (method.string)](Number(value) * 10 ** digits) / 10 ** digits
  }),
  safe: filter({}, print),
  string: filter({}, print),
  title: filter({}, (value) => words(print(value), new RegExp(`[^-${SPACE}({[<]+`, 'g'))),
  tojson: variadic(printJson),
  trim: filter({ chars: null }, (value, { chars }) => strip(print(value), chars, true, true)),
  truncate: filter(
    { length: 255n, killwords: false, end: new Text('...'), leeway: 5n },
    (value, { length, killwords, end, leeway }) => {
      if (value instanceof Undefined) return value
      const text = asText(value)
      const most = asInteger(length)
      if (most < asText(end).length)
        throw new JinjaError(`truncate: expected length >= ${end.length}, got ${most}`)
      if (asInteger(leeway) < 0) throw new JinjaError(`truncate: expected leeway >= 0, got ${leeway}`)
      if (text.length <= most + asInteger(leeway)) return text
      const cut = text.codePoints(0, most - end.length)
      const space = cut.string.lastIndexOf(' ')
      return Text.concat([isTrue(killwords) || space < 0 ? cut : cut.slice(0, space), end])
    },
  ),
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

/** @param {Text} text @param {string} name @param {Value[]} positional */
function callMethod(text, name, ...positional) {
  return /** @type {import('./calls.js').Callable} */ (textMethod(text, name)).call({
    ...NO_ARGUMENTS,
    positional,
  })
}

/** What `attr` finds of a dict: a method, never an item. @param {Dict} dict @param {string} name */
function methodOf(dict, name) {
  const found = attributeOf(new Dict(), name)
  return found instanceof Undefined ? found : attributeOf(dict, name)
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
