const ALIGNMENT = 32

/** What GGUF files are made of. */
export const ggufParts = {
  /** @param {number} value */
  u32: (value) => Buffer.from(Uint32Array.of(value).buffer),

  /** @param {number} value */
  u64: (value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer),

  /** @param {string} value */
  string(value) {
    const bytes = Buffer.from(value)
    return Buffer.concat([ggufParts.u64(bytes.length), bytes])
  },

  /**
   * The size of something up to where the next begins.
   *
   * @param {number} bytes
   */
  aligned: (bytes) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT,

  /**
   * Something, with zeros up to where the next begins.
   *
   * @param {Buffer} bytes
   */
  padded(bytes) {
    const missing = ggufParts.aligned(bytes.length) - bytes.length
    return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)])
  },
}
