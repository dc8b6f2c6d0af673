/**
 * A half-open range of UTF-16 units.
 *
 * @typedef {[start: number, end: number]} Range
 */

/** The texts of a model's special tokens, of which a vocabulary may have thousands, to be found in other texts. */
export class SpecialTexts {
  /** By their UTF-16 units, so that those with a common beginning stand together, the shortest first. */
  #sorted
  /** The first units, which most places of a text do not have. */
  #firsts

  /** @param {readonly string[]} texts */
  constructor(texts) {
    this.#sorted = texts.filter((text) => text !== '').sort()
    this.#firsts = new Set(this.#sorted.map((text) => text.charCodeAt(0)))
  }

  /**
   * The range of the longest special text that starts at a place of a text; null if there is none.
   *
   * @param {string} text
   * @param {number} start
   * @returns {Range | null}
   */
  at(text, start) {
    const end = this.#longestEnd(text, start)
    return end > start ? [start, end] : null
  }

  /**
   * The places of special texts in a text, overlapping ones too, and of the beginning of one at its end, which other words
   * behind it might complete. White space at the ends of a range is left out.
   *
   * @param {string} text
   * @returns {Range[]} by their starts
   */
  rangesIn(text) {
    const textEnd = text.trimEnd().length
    /** @type {Range[]} */
    const ranges = []
    for (let start = 0; start < textEnd; start++) {
      const end = this.#longestEnd(text, start, textEnd)
      if (end > start) {
        const found = text.slice(start, end)
        const trimmed = found.trim()
        const shift = found.length - found.trimStart().length
        if (trimmed !== '') ranges.push([start + shift, start + shift + trimmed.length])
      }
    }
    return ranges
  }

  /**
   * Where the longest special text that starts at `start` ends, or where `openEnd` if the text has only its beginning until
   * there; `start` if nothing fits.
   *
   * @param {string} text
   * @param {number} start
   * @param {number} [openEnd]
   */
  #longestEnd(text, start, openEnd) {
    if (!this.#firsts.has(text.charCodeAt(start))) return start
    let longest = start
    // The special texts from `low` to before `high` begin as the text goes on from `start` to `i`.
    let [low, high] = [0, this.#sorted.length]
    for (let i = start; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      low = this.#firstFrom(unit, i - start, low, high)
      high = this.#firstFrom(unit + 1, i - start, low, high)
      if (low === high) return longest
      if (this.#sorted[low].length === i + 1 - start || i + 1 === openEnd) longest = i + 1
    }
    return longest
  }

  /**
   * The index of the first special text between `low` and `high` that has `unit` or a greater one at `position`; `high` if
   * there is none.
   *
   * @param {number} unit
   * @param {number} position
   * @param {number} low
   * @param {number} high
   */
  #firstFrom(unit, position, low, high) {
    while (low < high) {
      const middle = (low + high) >> 1
      const text = this.#sorted[middle]
      if (text.length > position && text.charCodeAt(position) >= unit) high = middle
      else low = middle + 1
    }
    return low
  }
}
