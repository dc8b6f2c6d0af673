/**
 * A half-open range of UTF-16 units.
 *
 * @typedef {[start: number, end: number]} Range
 */

/** @type {readonly Range[]} */
const NO_RANGES = []

/** The units that `str.isspace` of Python holds for white space, for a class of a regular expression. */
export const SPACE = '\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

/**
 * A string of Python, which counts in code points, that knows which parts of it a user wrote. Everything that a template
 * does to strings is made of `slice`, `concat` and `map`, so that the user's words are followed to where they end up.
 */
export class Text {
  /** Its UTF-16 units. */
  string
  /** The user's words in it, ascending and apart. */
  ranges
  /** @type {number[] | null | undefined} where each code point starts, and the end; null where each is one unit */
  #starts

  /**
   * @param {string} string
   * @param {readonly Range[]} [ranges]
   */
  constructor(string, ranges = NO_RANGES) {
    this.string = string
    this.ranges = ranges
  }

  /**
   * A text that is a user's as a whole.
   *
   * @param {string} string
   */
  static ofUser(string) {
    return new Text(string, string === '' ? NO_RANGES : [[0, string.length]])
  }

  /**
   * One text after the other.
   *
   * @param {readonly Text[]} texts
   */
  static concat(texts) {
    if (texts.length === 1) return texts[0]
    /** @type {Range[]} */
    const ranges = []
    let length = 0
    for (const text of texts) {
      for (const [start, end] of text.ranges) {
        const last = ranges.at(-1)
        if (last !== undefined && last[1] === length + start) last[1] = length + end
        else ranges.push([length + start, length + end])
      }
      length += text.string.length
    }
    return new Text(texts.map(({ string }) => string).join(''), ranges)
  }

  /**
   * `texts` with `separator` between them.
   *
   * @param {readonly Text[]} texts
   * @param {Text} separator
   */
  static join(texts, separator) {
    return Text.concat(texts.flatMap((text, index) => (index === 0 ? [text] : [separator, text])))
  }

  /** The number of code points. */
  get length() {
    const starts = this.#codePointStarts()
    return starts === null ? this.string.length : starts.length - 1
  }

  /**
   * The code points from `start` to before `end`, both within the text.
   *
   * @param {number} start
   * @param {number} end
   */
  codePoints(start, end) {
    const starts = this.#codePointStarts()
    return starts === null ? this.slice(start, end) : this.slice(starts[start], starts[Math.max(start, end)])
  }

  /**
   * The number of the code point that a UTF-16 unit begins.
   *
   * @param {number} unit
   */
  codePointAt(unit) {
    const starts = this.#codePointStarts()
    return starts === null ? unit : starts.indexOf(unit)
  }

  /** Each code point as a text. */
  *[Symbol.iterator]() {
    let unit = 0
    for (const character of this.string) {
      yield this.slice(unit, unit + character.length)
      unit += character.length
    }
  }

  /**
   * The units from `start` to before `end`, both within the text.
   *
   * @param {number} start
   * @param {number} [end]
   */
  slice(start, end = this.string.length) {
    const string = this.string.slice(start, end)
    if (this.ranges.length === 0) return new Text(string)
    /** @type {Range[]} */
    const ranges = []
    for (const [from, to] of this.ranges) {
      if (to > start && from < end) ranges.push([Math.max(from, start) - start, Math.min(to, end) - start])
    }
    return new Text(string, ranges)
  }

  /**
   * What `change` makes of each part, the user's and the template's apart.
   *
   * @param {(part: string) => string} change
   */
  map(change) {
    if (this.ranges.length === 0) return new Text(change(this.string))
    /** @type {Text[]} */
    const parts = []
    let done = 0
    for (const [start, end] of this.ranges) {
      if (start > done) parts.push(new Text(change(this.string.slice(done, start))))
      parts.push(Text.ofUser(change(this.string.slice(start, end))))
      done = end
    }
    if (done < this.string.length) parts.push(new Text(change(this.string.slice(done))))
    return Text.concat(parts)
  }

  /**
   * The parts between the matches of `pattern`.
   *
   * @param {RegExp} pattern global, and never matches nothing
   * @param {number} [most] the most matches to split at
   */
  split(pattern, most = Number.POSITIVE_INFINITY) {
    /** @type {Text[]} */
    const parts = []
    let done = 0
    for (const match of this.string.matchAll(pattern)) {
      if (parts.length >= most) break
      parts.push(this.slice(done, match.index))
      done = match.index + match[0].length
    }
    parts.push(this.slice(done))
    return parts
  }

  /** Whether `text` is at `unit`. @param {string} text @param {number} unit */
  hasAt(text, unit) {
    return this.string.startsWith(text, unit)
  }

  #codePointStarts() {
    if (this.#starts !== undefined) return this.#starts
    if (!/[\ud800-\udbff]/.test(this.string)) {
      this.#starts = null
      return null
    }
    const starts = [0]
    for (const character of this.string) starts.push(starts[starts.length - 1] + character.length)
    this.#starts = starts
    return starts
  }
}
