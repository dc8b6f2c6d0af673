import { integerIn } from '../arguments/checks.js'

/** UTF-16 units of text that may wait for a reader who says nothing of it. */
const HIGH_WATER_MARK = 4096

/** The check of the option of streams. */
export const streamChecks = {
  highWaterMark: integerIn({ from: 1, to: 2 ** 31 - 1, advice: `Default: ${HIGH_WATER_MARK}.` }),
}

/**
 * Who reads a text, as the engine sees it: what of the text it has taken, so that the engine makes no more than a bounded part
 * in advance. One reader may read several texts of the engine, one after another.
 */
export class Reader {
  #isBehind
  #highWaterMark
  /** UTF-16 units that were made, and of which the engine does not know that they were taken. */
  #untold = 0
  #isLifted = false
  /** @type {(units: number) => void} */
  #tell = () => undefined
  /** @type {() => void} */
  #accept = () => undefined

  /**
   * @param {() => boolean} isBehind whether something waits for it
   * @param {number} [highWaterMark] UTF-16 units that may, from 1 on
   */
  constructor(isBehind, highWaterMark = HIGH_WATER_MARK) {
    this.#isBehind = isBehind
    this.#highWaterMark = highWaterMark
    /** Is fulfilled once the engine has taken a text up, or refused it. */
    this.accepted = /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#accept = resolve
      })
    )
  }

  /** UTF-16 units that the engine makes in advance at most, but for what a step makes more. */
  get mostUnread() {
    return this.#highWaterMark
  }

  /** @param {(units: number) => void} tell tells the engine what was taken of the next text */
  begin(tell) {
    this.#untold = 0
    this.#tell = tell
  }

  /** The engine has taken the text up, or refused it. */
  accept() {
    this.#accept()
  }

  /** @param {number} units that the engine has made, and that have been handed over */
  made(units) {
    this.#untold += units
    this.tellWhatWasTaken()
  }

  /** The engine is not to wait for it any more. */
  lift() {
    this.#isLifted = true
    this.tellWhatWasTaken()
  }

  /** To be called where it may have taken all that waited. */
  tellWhatWasTaken() {
    // The engine stands still at the whole mark alone: half of it is told in good time, and seldom.
    if (2 * this.#untold < this.#highWaterMark || (!this.#isLifted && this.#isBehind())) return
    const units = this.#untold
    this.#untold = 0
    this.#tell(units)
  }
}
