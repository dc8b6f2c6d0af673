/** What the names of a case stand for in one guest. */
export class Names {
  /** @type {Map<string, bigint>} */
  #values = new Map()
  #size

  /** @param {() => number} size the bytes of the guest's memory at the moment */
  constructor(size) {
    this.#size = size
  }

  /**
   * @param {string} name
   * @param {number | bigint} value
   */
  set(name, value) {
    this.#values.set(name, BigInt(value))
  }

  /**
   * A number of the case.
   *
   * @param {number | string} value
   * @returns {bigint} 64 unsigned bits
   */
  number(value) {
    if (typeof value === 'number' || /^\d+$/.test(value)) return BigInt(value)
    const [, name, offset = '0'] = /^([a-z]\w*(?:\.length)?)([+-]\d+)?$/i.exec(value) ?? []
    const base = name === 'end' ? BigInt(this.#size()) : this.#values.get(name)
    if (base === undefined) throw new Error(`no number, or nothing is named so far: ${value}`)
    return base + BigInt(offset)
  }
}
