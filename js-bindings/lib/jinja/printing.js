import { bindArguments, Callable } from './calls.js'
import { Text } from './Text.js'
import { asNumber, asSize, Dict, isNumeric, JinjaError, Tuple, typeName, Undefined, View } from './values.js'

/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

/** @param {string} string */
const text = (string) => new Text(string)

/**
 * `str()` of Python: what `{{ value }}` prints.
 *
 * @param {Value} value
 * @returns {Text}
 */
export function print(value) {
  if (value instanceof Text) return value
  return value instanceof Undefined ? text('') : represent(value)
}

/**
 * `repr()` of Python: what a value prints within a list or a dict.
 *
 * @param {Value} value
 * @returns {Text}
 */
export function represent(value) {
  if (value === null) return text('None')
  if (typeof value === 'boolean') return text(value ? 'True' : 'False')
  if (typeof value === 'bigint') return text(String(value))
  if (typeof value === 'number') return text(printFloat(value))
  if (value instanceof Text) return quote(value)
  if (value instanceof Undefined) return text('Undefined')
  if (value instanceof View && value.label.endsWith(')')) return text(value.label)
  if (Array.isArray(value)) {
    const items = Text.join(value.map(represent), text(', '))
    if (value instanceof View) return Text.concat([text(`${value.label}([`), items, text('])')])
    if (!(value instanceof Tuple)) return Text.concat([text('['), items, text(']')])
    return Text.concat([text('('), items, text(value.length === 1 ? ',)' : ')')])
  }
  if (value instanceof Dict) {
    const entries = value
      .entries()
      .map(([key, item]) => Text.concat([represent(key), text(': '), represent(item)]))
    return Text.concat([text('{'), Text.join(entries, text(', ')), text('}')])
  }
  // Python prints an address in memory here, which no template can want.
  if (value instanceof Callable) return text(`<function ${value.name}>`)
  return text(`<${typeName(value)} object>`)
}

/** `repr()` of a float: the fewest digits that give it back. @param {number} value */
function printFloat(value) {
  if (Number.isNaN(value)) return 'nan'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (!Number.isFinite(value)) return `${sign}inf`
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e')
  const [digits, power] = [mantissa.replace('.', ''), Number(exponent)]
  if (power < -4 || power >= 16) {
    return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  return `${sign}${digits.slice(0, power + 1).padEnd(power + 1, '0')}.${digits.slice(power + 1) || '0'}`
}

/**
 * A float that is not negative with so many digits behind the point; a tie goes to the even digit.
 *
 * @param {number} value
 * @param {number} digits
 */
export function fixedPoint(value, digits) {
  const exact = value.toFixed(100)
  const end = exact.length - 100 + digits
  const isTie = /^50*$/.test(exact.slice(end))
  const floor = exact.slice(0, end).replace(/\.$/, '')
  return isTie && /[02468]$/.test(floor) ? floor : value.toFixed(digits)
}

/** @type {Readonly<Record<string, string>>} */
const SHORT_ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

/** @param {Text} value */
function quote(value) {
  const mark = value.string.includes("'") && !value.string.includes('"') ? '"' : "'"
  const escaped = value.map((part) =>
    part.replace(/[\\'"]|(?! )[\p{C}\p{Z}]/gu, (character) => {
      if (character === "'" || character === '"') return character === mark ? `\\${character}` : character
      const code = Number(character.codePointAt(0)).toString(16)
      if (character in SHORT_ESCAPES) return SHORT_ESCAPES[character]
      if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
      return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`
    }),
  )
  return Text.concat([text(mark), escaped, text(mark)])
}

/**
 * `json.dumps()` of Python, as the filter `tojson` of transformers calls it.
 *
 * @param {Value} value
 * @param {CallArguments} args
 * @returns {Text}
 */
export function printJson(value, args) {
  const { ensure_ascii, indent, separators, sort_keys } = bindArguments(
    'tojson',
    { ensure_ascii: false, indent: null, separators: null, sort_keys: false },
    args,
  )
  const step =
    indent === null || indent instanceof Text ? indent : text(' '.repeat(Math.max(asSize(indent), 0)))
  const [comma, colon] = separators ?? [text(step === null ? ', ' : ','), text(': ')]

  return json(value, text('\n'))

  /** @param {Text} string */
  function string(string) {
    const inside = string.map((part) => {
      const quoted = JSON.stringify(part).slice(1, -1)
      if (!ensure_ascii) return quoted
      return quoted.replace(
        /[\x7f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    })
    return Text.concat([text('"'), inside, text('"')])
  }

  /** @param {Value} key */
  function keyString(key) {
    if (key instanceof Text) return string(key)
    if (key === null || isNumeric(key)) return Text.concat([text('"'), json(key, text('')), text('"')])
    throw new JinjaError(`tojson: keys must be str, int, float, bool or None, not ${typeName(key)}`)
  }

  /** @param {string} open @param {Text[]} items @param {string} close @param {Text} line */
  function sequence(open, items, close, line) {
    if (items.length === 0) return text(open + close)
    if (step === null) return Text.concat([text(open), Text.join(items, comma), text(close)])
    const inner = Text.concat([line, step])
    const separator = Text.concat([comma, inner])
    return Text.concat([text(open), inner, Text.join(items, separator), line, text(close)])
  }

  /** @param {Value} item @param {Text} line the newline and the indent before the item's end @returns {Text} */
  function json(item, line) {
    if (item instanceof Text) return string(item)
    if (item === null) return text('null')
    if (typeof item === 'boolean') return text(String(item))
    if (typeof item === 'bigint') return text(String(item))
    if (typeof item === 'number') {
      return text(
        Number.isFinite(item)
          ? printFloat(item)
          : Number.isNaN(item)
            ? 'NaN'
            : item > 0
              ? 'Infinity'
              : '-Infinity',
      )
    }
    const inner = step === null ? line : Text.concat([line, step])
    if (Array.isArray(item) && !(item instanceof View)) {
      return sequence(
        '[',
        item.map((entry) => json(entry, inner)),
        ']',
        line,
      )
    }
    if (item instanceof Dict) {
      const entries = item.entries()
      if (sort_keys) entries.sort(([a], [b]) => (print(a).string < print(b).string ? -1 : 1))
      const parts = entries.map(([key, entry]) => Text.concat([keyString(key), colon, json(entry, inner)]))
      return sequence('{', parts, '}', line)
    }
    throw new JinjaError(`tojson: an object of type ${typeName(item)} cannot be written as JSON`)
  }
}

/**
 * `format % values` of Python.
 *
 * @param {Text} format
 * @param {Value} values a tuple of them, a dict, or one
 * @returns {Text}
 */
export function printPercent(format, values) {
  const items = values instanceof Tuple ? [...values] : [values]
  let next = 0
  const take = () => {
    if (next >= items.length) throw new JinjaError('not enough arguments for format string')
    return items[next++]
  }
  /** @type {Text[]} */
  const parts = []
  let done = 0
  for (const match of format.string.matchAll(
    /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d*)(?:\.(\*|\d+))?([a-zA-Z%])/g,
  )) {
    const [whole, key, flags, width, precision, type] = match
    parts.push(format.slice(done, match.index))
    done = match.index + whole.length
    if (type === '%') {
      parts.push(text('%'))
      continue
    }
    const wide = asSize(width === '*' ? take() : BigInt(width || 0))
    const digits =
      precision === undefined ? undefined : asSize(precision === '*' ? take() : BigInt(precision))
    const value = key === undefined ? take() : values instanceof Dict ? values.get(text(key)) : undefined
    if (value === undefined) throw new JinjaError(`format string: no value for '${key}'`)
    parts.push(pad(convert(value, type, flags, digits), wide, flags, type))
  }
  // Python takes lists for mappings here.
  const isMapping = values instanceof Dict || (Array.isArray(values) && !(values instanceof Tuple))
  if (next < items.length && !isMapping) {
    throw new JinjaError('not all arguments converted during string formatting')
  }
  parts.push(format.slice(done))
  return Text.concat(parts)
}

/** @param {Value} value @param {string} type @param {string} flags @param {number | undefined} digits */
function convert(value, type, flags, digits) {
  if (type === 's' || type === 'r') {
    const printed = type === 's' ? print(value) : represent(value)
    return digits === undefined ? printed : printed.codePoints(0, Math.min(digits, printed.length))
  }
  if (type === 'c' && value instanceof Text) return value
  if (!isNumeric(value)) throw new JinjaError(`%${type} format: a number is required, not ${typeName(value)}`)
  const number = asNumber(value)
  const negative = number < 0 || Object.is(number, -0)
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const size = number < 0 ? -number : number
  if ('diu'.includes(type)) {
    const whole = typeof size === 'bigint' ? size : BigInt(Math.trunc(size))
    return text(sign + String(whole).padStart(digits ?? 0, '0'))
  }
  if ('xXo'.includes(type) && typeof size === 'bigint') {
    const written = size.toString(type === 'o' ? 8 : 16)
    return text(sign + (type === 'X' ? written.toUpperCase() : written))
  }
  if ('fF'.includes(type)) return text(sign + fixedPoint(Number(size), digits ?? 6))
  if ('eE'.includes(type)) {
    const written = Number(size)
      .toExponential(digits ?? 6)
      .replace(/e([+-])(\d)$/, 'e$10$2')
    return text(sign + (type === 'E' ? written.toUpperCase() : written))
  }
  throw new JinjaError(`the format %${type} is not supported`)
}

/** @param {Text} value @param {number} width @param {string} flags @param {string} type */
function pad(value, width, flags, type) {
  const missing = width - value.length
  if (missing <= 0) return value
  if (flags.includes('-')) return Text.concat([value, text(' '.repeat(missing))])
  if (!flags.includes('0') || 'src'.includes(type)) return Text.concat([text(' '.repeat(missing)), value])
  const signs = /^[-+ ]/.test(value.string) ? 1 : 0
  return Text.concat([value.slice(0, signs), text('0'.repeat(missing)), value.slice(signs)])
}
