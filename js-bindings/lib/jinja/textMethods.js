import { bindArguments, Callable, REQUIRED } from './calls.js'
import { print, represent } from './printing.js'
import { SPACE, Text } from './Text.js'
import { asInteger, asSize, asText, iterate, JinjaError, Tuple } from './values.js'

/** @import { CallArguments } from './calls.js' */
/** @import { Value } from './values.js' */

const EMPTY = new Text('')
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes them as ends of lines
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g
const SPACES = new RegExp(`[${SPACE}]+`, 'g')

/**
 * A method of `str` of Python, without those on bytes; undefined if it has none of this name.
 *
 * @param {Text} text
 * @param {string} name
 * @returns {Callable | undefined}
 */
export function textMethod(text, name) {
  if (!Object.hasOwn(METHODS, name)) return undefined
  const { parameters, run } = METHODS[name]
  return new Callable(name, (args) => {
    if (parameters === null) return run(text, args)
    return run(text, bindArguments(name, parameters, args))
  })
}

/**
 * A method: its parameters with their defaults, or null where it takes any, and what it gives.
 *
 * @typedef {{ parameters: Readonly<Record<string, Value>> | null, run: (text: Text, args: any) => Value }} Method
 */

/** @param {Readonly<Record<string, Value>>} parameters @param {Method['run']} run @returns {Method} */
const method = (parameters, run) => ({ parameters, run })
/** @param {(text: Text) => Value} run */
const plain = (run) => method({}, run)
/** @param {(text: Text, chars: Text | null) => Value} run */
const ofChars = (run) => method({ chars: null }, (text, { chars }) => run(text, chars))

/** A method that says whether all of a text's characters are of a kind, and there are any. @param {RegExp} pattern */
const all = (pattern) => plain(({ string }) => pattern.test(string))

/** A search in `text[start:end]`. @param {(text: Text, sub: string, from: number, to: number) => Value} run */
const search = (run) =>
  method({ sub: REQUIRED, start: null, end: null }, (text, { sub, start, end }) => {
    const [from, to] = [unit(text, start, 0), unit(text, end, text.length)]
    return run(text, asText(sub).string, from, to)
  })

/** @param {(text: Text, affix: string, from: number, to: number) => boolean} has */
const affix = (has) =>
  method({ affix: REQUIRED, start: null, end: null }, (text, { affix, start, end }) => {
    const [from, to] = [unit(text, start, 0), unit(text, end, text.length)]
    const affixes = affix instanceof Tuple ? affix : [affix]
    return affixes.some((each) => from <= to && has(text, asText(each).string, from, to))
  })

/** @param {boolean} last */
const find = (last) =>
  search((text, sub, from, to) => {
    const string = text.string.slice(0, to)
    const at = last ? string.lastIndexOf(sub) : string.indexOf(sub, from)
    return from > to || at < from ? -1n : BigInt(text.codePointAt(at))
  })

/** @param {Method} searching */
const orFail = ({ parameters, run }) =>
  method(parameters ?? {}, (text, args) => {
    const at = run(text, args)
    if (at < 0n) throw new JinjaError('substring not found')
    return at
  })

/** @param {boolean} last */
const partition = (last) =>
  method({ sep: REQUIRED }, (text, { sep }) => {
    const { string } = nonEmpty(sep)
    const at = last ? text.string.lastIndexOf(string) : text.string.indexOf(string)
    if (at < 0) return Tuple.from(last ? [EMPTY, EMPTY, text] : [text, EMPTY, EMPTY])
    return Tuple.from([text.slice(0, at), sep, text.slice(at + string.length)])
  })

/** @param {(missing: number) => [number, number]} sides how many characters go before and behind it */
const justify = (sides) =>
  method({ width: REQUIRED, fillchar: new Text(' ') }, (text, { width, fillchar }) => {
    const [before, behind] = sides(Math.max(asSize(width) - text.length, 0))
    /** @param {number} times */
    const fill = (times) => new Text(oneCharacter(fillchar).repeat(times))
    return Text.concat([fill(before), text, fill(behind)])
  })

/** @type {Readonly<Record<string, Method>>} */
const METHODS = {
  upper: plain((text) => text.map((part) => part.toUpperCase())),
  lower: plain((text) => text.map((part) => part.toLowerCase())),
  casefold: plain((text) => text.map((part) => part.replaceAll('ß', 'ss').toLowerCase())),
  capitalize: plain(capitalize),
  title: plain((text) => words(text, /\p{L}+/gu)),
  swapcase: plain((text) =>
    text.map((part) =>
      part.replace(/\p{L}/gu, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())),
    ),
  ),
  strip: ofChars((text, chars) => strip(text, chars, true, true)),
  lstrip: ofChars((text, chars) => strip(text, chars, true, false)),
  rstrip: ofChars((text, chars) => strip(text, chars, false, true)),
  startswith: affix((text, prefix, from, to) => from + prefix.length <= to && text.hasAt(prefix, from)),
  endswith: affix(
    (text, suffix, from, to) => to - suffix.length >= from && text.hasAt(suffix, to - suffix.length),
  ),
  removeprefix: method({ prefix: REQUIRED }, (text, { prefix }) =>
    text.hasAt(asText(prefix).string, 0) ? text.slice(prefix.string.length) : text,
  ),
  removesuffix: method({ suffix: REQUIRED }, (text, { suffix }) => {
    const { length } = asText(suffix).string
    return text.string.endsWith(suffix.string) ? text.slice(0, text.string.length - length) : text
  }),
  replace: method({ old: REQUIRED, new: REQUIRED, count: -1n }, (text, { old, new: by, count }) =>
    replace(text, asText(old), asText(by), asInteger(count)),
  ),
  split: method({ sep: null, maxsplit: -1n }, (text, { sep, maxsplit }) =>
    split(text, sep, asInteger(maxsplit)),
  ),
  rsplit: method({ sep: null, maxsplit: -1n }, (text, { sep, maxsplit }) =>
    splitLast(text, sep, asInteger(maxsplit)),
  ),
  splitlines: method({ keepends: false }, splitLines),
  partition: partition(false),
  rpartition: partition(true),
  join: method({ iterable: REQUIRED }, (text, { iterable }) =>
    Text.join([...iterate(iterable)].map(asText), text),
  ),
  find: find(false),
  rfind: find(true),
  index: orFail(find(false)),
  rindex: orFail(find(true)),
  count: search((text, sub, from, to) => {
    const part = text.slice(from, Math.max(from, to))
    return BigInt(sub === '' ? part.length + 1 : part.string.split(sub).length - 1)
  }),
  ljust: justify((missing) => [0, missing]),
  rjust: justify((missing) => [missing, 0]),
  center: method({ width: REQUIRED, fillchar: new Text(' ') }, (text, { width, fillchar }) => {
    const wide = asSize(width)
    const missing = Math.max(wide - text.length, 0)
    const left = Math.floor(missing / 2) + (missing & wide & 1)
    const fill = (/** @type {number} */ times) => new Text(oneCharacter(fillchar).repeat(times))
    return Text.concat([fill(left), text, fill(missing - left)])
  }),
  zfill: method({ width: REQUIRED }, (text, { width }) => {
    const sign = /^[-+]/.test(text.string) ? 1 : 0
    const zeros = '0'.repeat(Math.max(asSize(width) - text.length, 0))
    return Text.concat([text.slice(0, sign), new Text(zeros), text.slice(sign)])
  }),
  expandtabs: method({ tabsize: 8n }, (text, { tabsize }) => {
    const size = asSize(tabsize)
    let column = 0
    const expanded = [...text].map((character) => {
      const missing = size <= 0 ? 0 : size - (column % size)
      column = /[\r\n]/.test(character.string) ? 0 : column + (character.string === '\t' ? missing : 1)
      return character.string === '\t' ? new Text(' '.repeat(missing)) : character
    })
    return Text.concat(expanded)
  }),
  format: { parameters: null, run: format },
  isalpha: all(/^\p{L}+$/u),
  isalnum: all(/^[\p{L}\p{N}]+$/u),
  isdigit: all(/^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]+$/u),
  isdecimal: all(/^\p{Nd}+$/u),
  isnumeric: all(/^\p{N}+$/u),
  isspace: all(new RegExp(`^[${SPACE}]+$`)),
  isascii: plain(({ string }) => /^[\0-\x7f]*$/.test(string)),
  isidentifier: all(/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{M}\p{Pc}]*$/u),
  isprintable: plain(({ string }) => !/(?! )[\p{C}\p{Z}]/u.test(string)),
  isupper: plain(({ string }) => isCased(string) && string === string.toUpperCase()),
  islower: plain(({ string }) => isCased(string) && string === string.toLowerCase()),
  istitle: plain((text) => isCased(text.string) && words(text, /\p{L}+/gu).string === text.string),
}

/** @param {string} string */
function isCased(string) {
  return /[\p{Lu}\p{Ll}\p{Lt}]/u.test(string)
}

/** @param {Value} value */
function oneCharacter(value) {
  if (asText(value).length !== 1)
    throw new JinjaError('the fill character must be exactly one character long')
  return value.string
}

/** @param {Value} separator */
function nonEmpty(separator) {
  if (asText(separator).string === '') throw new JinjaError('empty separator')
  return separator
}

/** The UTF-16 unit where a bound of a slice is. @param {Text} text @param {Value} bound @param {number} otherwise */
function unit(text, bound, otherwise) {
  const given = bound === null ? otherwise : asInteger(bound)
  if (given > text.length) return given === otherwise ? text.string.length : text.string.length + 1
  const at = Math.max(given < 0 ? given + text.length : given, 0)
  return text.codePoints(0, at).string.length
}

/** A pattern that finds `string` as it is. @param {string} string */
function literal(string) {
  return new RegExp(string.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'g')
}

/** @param {Text} text */
export function capitalize(text) {
  const first = String.fromCodePoint(text.string.codePointAt(0) ?? 0).length
  if (text.string === '') return text
  return Text.concat([
    text.slice(0, first).map((part) => part.toUpperCase()),
    text.slice(first).map((part) => part.toLowerCase()),
  ])
}

/** Each run of `pattern` with a capital and small letters behind it. @param {Text} text @param {RegExp} pattern */
export function words(text, pattern) {
  /** @type {Text[]} */
  const parts = []
  let done = 0
  for (const match of text.string.matchAll(pattern)) {
    parts.push(
      text.slice(done, match.index),
      capitalize(text.slice(match.index, match.index + match[0].length)),
    )
    done = match.index + match[0].length
  }
  return Text.concat([...parts, text.slice(done)])
}

/**
 * Without the white space, or `chars`, at its ends.
 *
 * @param {Text} text
 * @param {Text | null} chars
 * @param {boolean} left
 * @param {boolean} right
 */
export function strip(text, chars, left, right) {
  const set = chars === null ? null : new Set(asText(chars).string)
  /** @param {string} character */
  const goes = (character) => (set === null ? WHITE.test(character) : set.has(character))
  const { string } = text
  let start = 0
  let end = string.length
  while (left && start < end) {
    const character = String.fromCodePoint(Number(string.codePointAt(start)))
    if (!goes(character)) break
    start += character.length
  }
  while (right && end > start) {
    const isPair = /[\udc00-\udfff]/.test(string[end - 1]) && end - 2 >= start
    const character = string.slice(isPair ? end - 2 : end - 1, end)
    if (!goes(character)) break
    end -= character.length
  }
  return text.slice(start, end)
}
const WHITE = new RegExp(`^[${SPACE}]$`)

/** @param {Text} text @param {Text} old @param {Text} by @param {number} count below 0 for all */
export function replace(text, old, by, count) {
  if (old.string === '') {
    const characters = [...text]
    const most = count < 0 ? characters.length + 1 : count
    const parts = characters.flatMap((character, index) => (index < most ? [by, character] : [character]))
    return Text.concat(characters.length < most ? [...parts, by] : parts)
  }
  return Text.join(text.split(literal(old.string), count < 0 ? undefined : count), by)
}

/** @param {Text} text @param {Text | null} separator null for white space @param {number} most below 0 for all */
function split(text, separator, most) {
  const times = most < 0 ? undefined : most
  if (separator !== null) return text.split(literal(nonEmpty(separator).string), times)
  const parts = strip(text, null, true, false).split(SPACES, times)
  return parts.at(-1)?.string === '' ? parts.slice(0, -1) : parts
}

/** @param {Text} text @param {Text | null} separator @param {number} most below 0 for all */
function splitLast(text, separator, most) {
  const parts = split(separator === null ? strip(text, null, true, true) : text, separator, -1)
  if (most < 0 || parts.length <= most + 1) return parts
  const last = parts.slice(parts.length - most)
  let end = text.string.length
  if (separator === null) {
    // From the right: each word, and the white space before it.
    let rest = strip(text, null, false, true)
    for (const part of [...last].reverse()) {
      rest = strip(rest.slice(0, rest.string.length - part.string.length), null, false, true)
    }
    return [rest, ...last]
  }
  for (const part of last) end -= part.string.length + separator.string.length
  return [text.slice(0, end), ...last]
}

/** @param {Text} text @param {{ keepends: Value }} args */
function splitLines(text, { keepends }) {
  /** @type {Text[]} */
  const lines = []
  let done = 0
  for (const { 0: end, index } of text.string.matchAll(LINE_END)) {
    lines.push(text.slice(done, keepends ? index + end.length : index))
    done = index + end.length
  }
  if (done < text.string.length) lines.push(text.slice(done))
  return lines
}

/** `str.format` with fields by position or name, without format specifications. @param {Text} text @param {CallArguments} args */
function format(text, { positional, named }) {
  /** @type {Text[]} */
  const parts = []
  let done = 0
  let next = 0
  for (const match of text.string.matchAll(/\{\{|\}\}|\{(\w*)(![rs])?\}|[{}]/g)) {
    const [whole, field, conversion] = match
    parts.push(text.slice(done, match.index))
    done = match.index + whole.length
    if (whole === '{{' || whole === '}}') parts.push(new Text(whole[0]))
    else if (field === undefined)
      throw new JinjaError('str.format: only fields as {}, {0} and {name} are supported')
    else {
      const key = field === '' ? String(next++) : field
      const value = /^\d+$/.test(key) ? positional[Number(key)] : named.get(key)
      if (value === undefined) throw new JinjaError(`str.format: no value for the field '${key}'`)
      parts.push(conversion === '!r' ? represent(value) : print(value))
    }
  }
  return Text.concat([...parts, text.slice(done)])
}
