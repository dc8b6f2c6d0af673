/** The length of an escape that has a number, such as `\\u00e9`. */
const LONGEST_ESCAPE = 6

/**
 * The value of a JSON text that grows: what is known of it, with the strings, arrays and objects that are still open ended
 * where the text ends. A number, `true`, `false` and `null` are there once they are whole, and so is the name of a property
 * once its value begins: each value is the one before with more to it. The text must be the beginning of valid JSON.
 *
 * No package gives just these values: `partial-json` and `best-effort-json-parser` give numbers that grow digit by digit and
 * lone surrogates, and lose properties named `__proto__`.
 */
export class GrowingJson {
  #text = ''
  /** Up to where the text is valid once its open parts are ended; 0 where there is no value yet. */
  #end = 0
  /** What ends them there. */
  #closing = ''
  /** @type {('}' | ']')[]} what ends the objects and arrays that are open */
  #open = []
  #inString = false
  #isName = false
  /** Whether the next string of an object names a property. */
  #namesNext = false
  /** An escape that is not whole yet; it is left out until then. */
  #escape = ''

  /**
   * Adds a piece.
   *
   * @param {string} piece
   * @returns {boolean} whether there is more of the value to see
   */
  push(piece) {
    const before = this.text
    const start = this.#text.length
    this.#text += piece
    for (let i = start; i < this.#text.length; i++) this.#take(this.#text[i], i)
    return this.#end > 0 && this.text !== before
  }

  /** The text of the value that is known, as JSON. */
  get text() {
    return this.#text.slice(0, this.#end) + this.#closing
  }

  /** The value that is known, which nobody else has: a new one each time. @returns {unknown} */
  get value() {
    return JSON.parse(this.text)
  }

  /** @param {string} unit @param {number} at */
  #take(unit, at) {
    if (this.#inString) this.#takeInString(unit, at)
    else if (unit === '"') this.#beginString(at)
    else if (unit === '{' || unit === '[') {
      this.#open.push(unit === '{' ? '}' : ']')
      this.#namesNext = unit === '{'
      this.#reach(at + 1)
    } else if (unit === '}' || unit === ']') {
      this.#open.pop()
      this.#reach(at + 1)
    } else if (unit === ',') {
      // A number or a word before it is whole now.
      this.#reach(at)
      this.#namesNext = this.#open.at(-1) === '}'
    }
  }

  /** @param {number} at */
  #beginString(at) {
    this.#inString = true
    this.#isName = this.#namesNext
    this.#namesNext = false
    if (!this.#isName) this.#reach(at + 1, '"')
  }

  /** @param {string} unit @param {number} at */
  #takeInString(unit, at) {
    if (this.#escape !== '') {
      this.#escape += unit
      const isNumber = this.#escape[1] === 'u'
      if (isNumber && this.#escape.length < LONGEST_ESCAPE) return
      this.#grown(at + 1, isNumber ? Number.parseInt(this.#escape.slice(2), 16) : 0)
      this.#escape = ''
    } else if (unit === '\\') {
      this.#escape = unit
    } else if (unit === '"') {
      this.#inString = false
      if (!this.#isName) this.#reach(at + 1)
    } else {
      this.#grown(at + 1, unit.charCodeAt(0))
    }
  }

  /**
   * A string has grown by a UTF-16 unit; half a character is shown once it has the other half.
   *
   * @param {number} end
   * @param {number} unit
   */
  #grown(end, unit) {
    const isHalf = unit >= 0xd800 && unit < 0xdc00
    if (!this.#isName && !isHalf) this.#reach(end, '"')
  }

  /** @param {number} end @param {string} [closing] */
  #reach(end, closing = '') {
    this.#end = end
    this.#closing = closing + this.#open.toReversed().join('')
  }
}
