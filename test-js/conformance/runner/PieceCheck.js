import assert from 'node:assert/strict'

/** Takes the pieces of one call of realm_generate, and checks them as a case describes them. */
export class PieceCheck {
  #expected
  #guest
  #during
  /** @type {string[]} */
  #pieces = []
  #next
  /** @type {unknown} */
  #failure

  /**
   * @param {{ pieces?: string[], stopAt?: number, during?: any[] }} expected
   * @param {import('./OpenGuest.js').OpenGuest} guest
   * @param {number} start where the text is to be written
   * @param {(steps: any[]) => void} during takes steps within the first piece
   */
  constructor(expected, guest, start, during) {
    this.#expected = expected
    this.#guest = guest
    this.#next = start
    this.#during = during
  }

  /**
   * @param {number} pointer
   * @param {number} length
   * @returns {boolean} whether the guest goes on
   */
  take(pointer, length) {
    try {
      assert.equal(pointer, this.#next, 'where the text so far ends')
      this.#next += length
      this.#pieces.push(this.#guest.bytes.toString('utf8', pointer, pointer + length))
      if (this.#pieces.length === 1 && this.#expected.during !== undefined) {
        this.#guest.pieces = undefined
        this.#during(this.#expected.during)
        this.#guest.pieces = this
      }
    } catch (error) {
      // The host makes a code of what a guest fails with.
      this.#failure = error
      return false
    }
    return this.#expected.stopAt === undefined || this.#pieces.length <= this.#expected.stopAt
  }

  /** To be called after the call. */
  check() {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#expected.pieces !== undefined) assert.deepEqual(this.#pieces, this.#expected.pieces)
  }
}
