/** Noncharacters of Unicode, meant for uses inside a program such as this one. */
const OPEN = '\uFDD0'
const CLOSE = '\uFDD1'
const ESCAPE = '\uFDD2'

/**
 * A half-open range of UTF-16 units.
 *
 * @typedef {[start: number, end: number]} Range
 */

/**
 * Follows the texts of special tokens in users' words through a chat template, so that they stay plain text while the
 * same texts of the template become tokens. Each is put between two marks before the template runs; afterwards the marks
 * are taken out, and their places are the ranges to be read as plain text. The words around them reach the template as
 * they are, so that its filters (trim, startswith, split) work as ever.
 */
export class SpecialTextMarks {
  /** Finds the longest special text at each place, overlapping ones too; null if there are no special tokens. */
  #anySpecial
  #specials

  /** @param {readonly string[]} specials the texts of the model's special tokens */
  constructor(specials) {
    // In descending order a longer text comes before its own prefixes, and common prefixes stand together.
    this.#specials = specials
      .filter((special) => special.trim() !== '')
      .sort()
      .reverse()
    const pattern = this.#specials.map((special) => special.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')
    this.#anySpecial = pattern === '' ? null : new RegExp(`(?=(${pattern}))`, 'g')
  }

  /**
   * Marks the special texts in a user's words.
   *
   * @param {string} text
   * @returns {string}
   */
  mark(text) {
    let marked = ''
    let position = 0
    for (const [start, end] of this.#rangesIn(text)) {
      marked += escapeMarks(text.slice(position, start)) + OPEN + escapeMarks(text.slice(start, end)) + CLOSE
      position = end
    }
    return marked + escapeMarks(text.slice(position))
  }

  /**
   * Takes the marks out of what a template made of marked words.
   *
   * @param {string} rendered
   * @returns {{ text: string, plain: Range[] }} the ranges ascend and do not overlap
   */
  unmark(rendered) {
    let text = ''
    /** @type {Range[]} */
    const plain = []
    /** @type {number[]} */
    const unclosed = []
    let open = -1
    for (const part of rendered.split(/([\uFDD0\uFDD1]|\uFDD2[012]?)/)) {
      if (part === OPEN) {
        if (open >= 0) unclosed.push(open)
        open = text.length
      } else if (part === CLOSE) {
        if (open >= 0 && open < text.length) plain.push([open, text.length])
        open = -1
      } else {
        text += part.startsWith(ESCAPE) ? unescapeMark(part) : part
      }
    }
    if (open >= 0) unclosed.push(open)
    // A template that cuts a text in two may lose a closing mark: the special text that follows might be the user's.
    for (const start of unclosed) {
      const special = this.#specials.find((candidate) => text.startsWith(candidate, start))
      if (special !== undefined) plain.push([start, start + special.length])
    }
    return { text, plain: united(plain) }
  }

  /**
   * The places of special texts, and of the beginning of one at the text's end, which words that the template puts behind
   * it might complete. White space at their ends is left out, so that a template can trim it.
   *
   * @param {string} text
   * @returns {Range[]}
   */
  #rangesIn(text) {
    if (this.#anySpecial === null) return []
    const ranges = [...text.matchAll(this.#anySpecial)].map(({ index, 1: special }) => {
      const start = index + special.length - special.trimStart().length
      return /** @type {Range} */ ([start, index + special.trimEnd().length])
    })
    const end = text.trimEnd().length
    const longest = Math.max(...this.#specials.map((special) => special.length))
    for (let start = Math.max(0, end - longest + 1); start < end; start++) {
      const tail = text.slice(start, end)
      if (this.#specials.some((special) => special.startsWith(tail))) {
        ranges.push([start + tail.length - tail.trimStart().length, end])
        break
      }
    }
    return united(ranges)
  }
}

/**
 * Joins ranges that overlap; those that only touch stay apart, so that a template can split the text between them.
 *
 * @param {Range[]} ranges
 */
function united(ranges) {
  /** @type {Range[]} */
  const joined = []
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}

/**
 * A mark among the user's own words is written as the escape and a digit.
 *
 * @param {string} text
 */
function escapeMarks(text) {
  return text.replace(/[\uFDD0-\uFDD2]/g, (mark) => ESCAPE + (mark.charCodeAt(0) - OPEN.charCodeAt(0)))
}

/** @param {string} escaped the escape and its digit; an escape whose digit the template cut away stands for nothing */
function unescapeMark(escaped) {
  return escaped.length === 1 ? '' : String.fromCharCode(OPEN.charCodeAt(0) + Number(escaped[1]))
}
