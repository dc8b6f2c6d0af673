import { Names } from './Names.js'

/** What new memory is full of, so that a zero that was written shows. */
const FILL = 0xa5

/** A guest while its case runs. */
export class OpenGuest {
  /** @type {import('./PieceCheck.js').PieceCheck | undefined} checks the pieces of the present call */
  pieces

  closed = false

  /**
   * @param {import('../drivers/CaseDriver.js').CaseDriver} driver
   * @param {Omit<import('../drivers/CaseDriver.js').GuestOptions, 'piece'>} options
   * @param {boolean} streams whether it exports realm_stream_token
   */
  constructor(driver, options, streams) {
    const piece = (/** @type {number} */ pointer, /** @type {number} */ length) =>
      this.pieces?.take(pointer, length) ?? true
    this.guest = driver.open({ ...options, piece: streams ? piece : undefined })
    this.names = new Names(() => this.guest.memory.buffer.byteLength)
    this.bytes.fill(FILL)
  }

  /** Its memory as it is now. */
  get bytes() {
    return Buffer.from(this.guest.memory.buffer)
  }

  close() {
    this.closed = true
    this.guest.close()
  }
}
