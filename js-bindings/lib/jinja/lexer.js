import { SPACE, Text } from './Text.js'
import { strip } from './textMethods.js'
import { JinjaError } from './values.js'

/**
 * A piece of a template's source: text to be copied, the delimiters of tags, or a part of an expression.
 *
 * @typedef {object} Token
 * @property {'data' | 'print' | 'printEnd' | 'tag' | 'tagEnd' | 'name' | 'string' | 'integer' | 'float' | 'operator' | 'end'} type
 * @property {string} value the text; of a string, what it stands for
 * @property {number} line from 1
 */

const OPENING = /\{[{%#]/g
const RAW_BEGIN = new RegExp(`\\{%[-+]?[${SPACE}]*raw[${SPACE}]*(?:-%\\}[${SPACE}]*|%\\})`, 'y')
const RAW_END = new RegExp(
  `\\{%([-+]?)[${SPACE}]*endraw[${SPACE}]*(?:\\+%\\}|-%\\}[${SPACE}]*|%\\}\\n?)`,
  'g',
)
const COMMENT_END = new RegExp(`\\+#\\}|-#\\}[${SPACE}]*|#\\}\\n?`, 'g')
const TAG_END = new RegExp(`\\+%\\}|-%\\}[${SPACE}]*|%\\}\\n?`, 'y')
const PRINT_END = new RegExp(`-\\}\\}[${SPACE}]*|\\}\\}`, 'y')
const ONLY_SPACE = new RegExp(`^[${SPACE}]+$`)
const INDENT = new RegExp(`[${SPACE}]+`, 'y')

/** A part of an expression: a float, an integer, a name, a string or an operator, in the order in which they are tried. */
const PART = new RegExp(
  [
    String.raw`((?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+))`,
    String.raw`(0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*)`,
    String.raw`([\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{M}\p{Pc}_]*)`,
    String.raw`('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`,
    String.raw`(\/\/|\*\*|==|!=|>=|<=|[\-+*\/%~[\](){}<>=.:|,;])`,
  ].join('|'),
  'suy',
)
/** @type {readonly Token['type'][]} of the groups of PART */
const PART_TYPES = ['float', 'integer', 'name', 'string', 'operator']
/** @type {Readonly<Record<string, string>>} */
const CLOSING = { '(': ')', '[': ']', '{': '}' }

/**
 * Cuts a template into tokens as Jinja2 does with `trim_blocks` and `lstrip_blocks`, which transformers sets: the newline
 * after a tag goes, and so does white space between a line's beginning and a tag.
 *
 * @param {string} template
 * @returns {Token[]}
 * @throws {JinjaError}
 */
export function tokenize(template) {
  const source = template.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  /** @type {Token[]} */
  const tokens = []
  let position = 0
  let line = 1
  let lineStarts = true

  /** @param {RegExp} pattern sticky */
  const match = (pattern) => {
    pattern.lastIndex = position
    return pattern.exec(source)
  }
  /** @param {string} text */
  const pass = (text) => {
    position += text.length
    line += text.split('\n').length - 1
  }
  /** @param {string} text @param {string} sign that stands in the tag behind it @param {boolean} isPrint */
  const data = (text, sign, isPrint) => {
    let kept = text
    if (sign === '-') kept = strip(new Text(text), null, false, true).string
    else if (sign !== '+' && !isPrint) {
      const start = text.lastIndexOf('\n') + 1
      if ((start > 0 || lineStarts) && ONLY_SPACE.test(text.slice(start))) kept = text.slice(0, start)
    }
    if (kept !== '') tokens.push({ type: 'data', value: kept, line })
    pass(text)
  }
  /** @param {RegExp} pattern global @param {string} what */
  const find = (pattern, what) => {
    pattern.lastIndex = position
    const found = pattern.exec(source)
    if (found === null) throw new JinjaError(`${what} is not closed`, line)
    return found
  }

  while (position < source.length) {
    OPENING.lastIndex = position
    const at = OPENING.exec(source)?.index ?? -1
    if (at < 0) {
      tokens.push({ type: 'data', value: source.slice(position), line })
      break
    }
    const [, kind, sign] = /** @type {RegExpExecArray} */ (/^\{([{%#])([-+]?)/.exec(source.slice(at, at + 3)))
    data(source.slice(position, at), sign, kind === '{')
    const raw = kind === '%' ? match(RAW_BEGIN) : null
    if (raw !== null) {
      pass(raw[0])
      lineStarts = raw[0].endsWith('\n')
      const end = find(RAW_END, "the tag 'raw'")
      data(source.slice(position, end.index), end[1], false)
      pass(end[0])
      lineStarts = end[0].endsWith('\n')
    } else if (kind === '#') {
      pass(`{#${sign}`)
      const end = find(COMMENT_END, 'a comment')
      pass(source.slice(position, end.index) + end[0])
      lineStarts = end[0].endsWith('\n')
    } else {
      tokens.push({ type: kind === '{' ? 'print' : 'tag', value: '', line })
      pass(`{${kind}${sign}`)
      lineStarts = expression(kind === '{' ? PRINT_END : TAG_END, kind === '{' ? 'printEnd' : 'tagEnd')
    }
  }
  tokens.push({ type: 'end', value: '', line })
  return tokens

  /**
   * The tokens up to the end of a tag; whether that end takes a newline with it.
   *
   * @param {RegExp} end
   * @param {Token['type']} endType
   */
  function expression(end, endType) {
    /** @type {string[]} */
    const open = []
    for (;;) {
      const space = match(INDENT)
      if (space !== null) pass(space[0])
      const closing = open.length === 0 ? match(end) : null
      if (closing !== null) {
        tokens.push({ type: endType, value: '', line })
        pass(closing[0])
        return closing[0].endsWith('\n')
      }
      if (position >= source.length) {
        throw new JinjaError('the template ends within a tag', line)
      }
      const part = match(PART)
      if (part === null) {
        throw new JinjaError(`unexpected character ${JSON.stringify(source[position])}`, line)
      }
      const [text, ...groups] = part
      const type = PART_TYPES[groups.findIndex((group) => group !== undefined)]
      if (type === 'operator') {
        if (text in CLOSING) open.push(CLOSING[text])
        else if (')]}'.includes(text) && open.pop() !== text)
          throw new JinjaError(`unexpected '${text}'`, line)
      }
      tokens.push({ type, value: type === 'string' ? unescapeString(text.slice(1, -1), line) : text, line })
      pass(text)
    }
  }
}

/** @type {Readonly<Record<string, string>>} */
const ESCAPES = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

/**
 * What a string of Python's stands for.
 *
 * @param {string} text between the quotes
 * @param {number} line
 */
function unescapeString(text, line) {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(.))/gs,
    (whole, byte, unit, point, octal, other) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      if (other === undefined) return String.fromCodePoint(Number.parseInt(byte ?? unit ?? point, 16))
      if ('xuUN'.includes(other)) throw new JinjaError(`the escape ${whole} of a string is not read`, line)
      return ESCAPES[other] ?? whole
    },
  )
}

/** How deep expressions and tags may be nested: each level takes some of the stack. */
const DEEPEST = 100

/** Goes through the tokens of a template. */
export class TokenReader {
  #tokens
  #next = 0
  #depth = 0

  /** @param {Token[]} tokens */
  constructor(tokens) {
    this.#tokens = tokens
  }

  /** The token to be read next. */
  get token() {
    return this.#tokens[this.#next]
  }

  /** The next token, which is passed. */
  take() {
    return this.#tokens[this.#next++]
  }

  /** Whether the next token is this operator or word. @param {string} value @param {number} [ahead] */
  sees(value, ahead = 0) {
    const token = this.#tokens[this.#next + ahead]
    return (token?.type === 'operator' || token?.type === 'name') && token.value === value
  }

  /** Passes an operator or word if it is next. @param {string} value */
  skips(value) {
    const found = this.sees(value)
    if (found) this.#next++
    return found
  }

  /** Passes an operator or word. @param {string} value */
  expect(value) {
    if (!this.skips(value)) throw this.unexpected(`'${value}'`)
  }

  /** Passes a token of a type. @param {Token['type']} type @param {string} what */
  expectType(type, what) {
    if (this.token.type !== type) throw this.unexpected(what)
    return this.take().value
  }

  /** @param {string} expected */
  unexpected(expected) {
    const { type, value, line } = this.token
    const found =
      type === 'tagEnd' || type === 'printEnd'
        ? 'the end of the tag'
        : type === 'end'
          ? 'the end'
          : `'${value}'`
    return new JinjaError(`received ${found}, expected ${expected}`, line)
  }

  /**
   * What `read` reads, one level deeper.
   *
   * @template T
   * @param {() => T} read
   */
  nested(read) {
    if (++this.#depth > DEEPEST)
      throw new JinjaError(`more than ${DEEPEST} levels are nested`, this.token.line)
    const result = read()
    this.#depth--
    return result
  }
}
