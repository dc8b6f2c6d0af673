/** Bytes of a value of each type that has a fixed size, by the numbers of the GGUF specification. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8]
const STRING = 8
const ARRAY = 9

/**
 * The key-value pairs of a GGUF file as they lie there.
 *
 * @param {Buffer} file at least its head; a valid one
 * @returns {{ key: string, bytes: Buffer }[]}
 */
export function readEntries(file) {
  let at = 24 // The magic number, the version, the numbers of tensors and of entries.
  /** @param {number} count */
  const take = (count) => {
    const bytes = file.subarray(at, at + count)
    at += count
    return bytes
  }
  const string = () => take(Number(take(8).readBigUInt64LE())).toString()
  const type = () => take(4).readUInt32LE()
  const skip = (/** @type {number} */ kind) => {
    if (kind === STRING) string()
    else if (kind === ARRAY) {
      const element = type()
      const length = Number(take(8).readBigUInt64LE())
      for (let i = 0; i < length; i++) skip(element)
    } else take(/** @type {number} */ (SIZES[kind]))
  }
  return Array.from({ length: Number(file.readBigUInt64LE(16)) }, () => {
    const start = at
    const key = string()
    skip(type())
    return { key, bytes: file.subarray(start, at) }
  })
}
