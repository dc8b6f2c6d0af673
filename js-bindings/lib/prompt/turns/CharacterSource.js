/**
 * The characters of a text that is yet to come, for generators that ask for one after the other: `yield` gets the next, and
 * an empty string at the end.
 *
 * @template T
 * @typedef {Generator<void, T, string>} Reads
 */

/** Characters one by one, some of which may be put back. */
export class CharacterSource {
  /** @type {string[]} */
  #back = []
  #hasEnded = false

  /** Whether the text has ended, so that what was put back is all that comes. */
  get hasEnded() {
    return this.#hasEnded
  }

  /**
   * Puts back what was read last.
   *
   * @param {string} text
   */
  unread(text) {
    this.#back.push(...[...text].reverse())
  }

  /** @returns {Reads<string>} the next character; empty at the end */
  *next() {
    const character = this.#back.pop() ?? (yield)
    if (character === '') this.#hasEnded = true
    return character
  }

  /**
   * Takes a text that comes in any case.
   *
   * @param {string} text
   * @returns {Reads<boolean>} whether it came
   */
  *expect(text) {
    return text === '' || (yield* this.oneOf([text])) === text
  }

  /**
   * Takes the longest of some texts that comes.
   *
   * @param {readonly string[]} texts
   * @returns {Reads<string | undefined>} undefined where none does; then nothing was read
   */
  *oneOf(texts) {
    let read = ''
    let found = texts.includes('') ? '' : undefined
    while (texts.some((text) => text.length > read.length && text.startsWith(read))) {
      const character = yield* this.next()
      read += character
      if (texts.includes(read)) found = read
      if (character === '') break
    }
    this.unread(read.slice(found?.length ?? 0))
    return found
  }

  /**
   * Takes a text up to a marker, which is taken, too. What may yet belong to the marker is held back.
   *
   * @param {readonly string[]} markers
   * @param {(text: string) => void} emit takes the text's pieces
   * @param {{ skips?: boolean, trims?: boolean }} [spaces] whether white space is dropped at the text's beginning, and
   *   before the marker
   * @returns {Reads<string | undefined>} the marker; undefined where the end comes before
   */
  *until(markers, emit, { skips = false, trims = false } = {}) {
    let held = ''
    let isFirst = skips
    for (;;) {
      const character = yield* this.next()
      if (character === '') {
        if (held !== '') emit(held)
        return undefined
      }
      held += character
      const found = markers.find((marker) => held.endsWith(marker))
      if (isFirst && found === undefined) held = held.trimStart()
      const marked = found?.length ?? heldBack(held, markers)
      const before = held.slice(0, held.length - marked)
      const text =
        trims && (found !== undefined || marked > 0 || markers.length > 0) ? before.trimEnd() : before
      if (text !== '') {
        emit(text)
        isFirst = false
      }
      if (found !== undefined) return found
      held = held.slice(text.length)
    }
  }
}

/**
 * How many of a text's last units may begin a marker.
 *
 * @param {string} text
 * @param {readonly string[]} markers
 */
function heldBack(text, markers) {
  let count = 0
  for (const marker of markers) {
    for (let length = Math.min(marker.length - 1, text.length); length > count; length--) {
      if (text.endsWith(marker.slice(0, length))) count = length
    }
  }
  return count
}
