import { SpecialTexts } from './SpecialTexts.js'

/** @import { Range } from './SpecialTexts.js' */

/** Noncharacters of Unicode, meant for uses inside a program such as this one. */
const OPEN = '\uFDD0'
const CLOSE = '\uFDD1'
const ESCAPE = '\uFDD2'

/**
 * Follows the texts of special tokens in users' words through a chat template, so that they stay plain text while the
 * same texts of the template become tokens. Each is put between two marks before the template runs; afterwards the marks
 * are taken out, and their places are the ranges to be read as plain text. The words around them reach the template as
 * they are, so that its filters (trim, startswith, split) work as ever.
 */
export class SpecialTextMarks {
  #specials

  /** @param {readonly string[]} specials the texts of the model's special tokens */
  constructor(specials) {
    this.#specials = new SpecialTexts(specials)
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
    for (const [start, end] of united(this.#specials.rangesIn(text))) {
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
      const special = this.#specials.at(text, start)
      if (special !== null) plain.push(special)
    }
    return { text, plain: united(plain) }
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
