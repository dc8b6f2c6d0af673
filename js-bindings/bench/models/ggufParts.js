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

const { u32, u64, string, aligned, padded } = ggufParts

/**
 * All of a GGUF file, version 3, that comes before its tensors. Their data follow in this order, each of them padded.
 *
 * @param {readonly Buffer[]} entries the metadata
 * @param {readonly { name: string, type: number, shape: readonly number[], bytes: number }[]} tensors `type` is that of
 *   GGML; the fastest varying dimension comes first
 */
export function ggufHead(entries, tensors) {
  let offset = 0
  const infos = tensors.map(({ name, type, shape, bytes }) => {
    const info = [string(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]
    offset += aligned(bytes)
    return Buffer.concat(info)
  })
  const magic = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)]
  return padded(Buffer.concat([...magic, ...entries, ...infos]))
}

/** The types of metadata values, by the GGUF specification. @type {Record<string, number>} */
const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10 }

/**
 * Key-value pairs as a GGUF file has them.
 *
 * @param {readonly [key: string, type: string, value: any][]} entries `type` is `u32`, `i32`, `f32`, `bool`, `string` or
 *   `u64`, or one of these with `[]` behind it for an array
 * @returns {Buffer[]} one for each entry
 */
export function ggufEntries(entries) {
  return entries.map(([key, type, value]) => Buffer.concat([string(key), typed(type, value)]))
}

/**
 * @param {string} type
 * @param {any} value
 */
function typed(type, value) {
  if (!type.endsWith('[]')) return Buffer.concat([u32(TYPES[type]), bare(type, value)])
  const element = type.slice(0, -2)
  const elements = value.map((/** @type {any} */ entry) => bare(element, entry))
  return Buffer.concat([u32(TYPES.array), u32(TYPES[element]), u64(value.length), ...elements])
}

/**
 * @param {string} type
 * @param {any} value
 */
function bare(type, value) {
  switch (type) {
    case 'string':
      return string(value)
    case 'bool':
      return Buffer.from([value ? 1 : 0])
    case 'f32':
      return Buffer.from(Float32Array.of(value).buffer)
    case 'i32':
      return Buffer.from(Int32Array.of(value).buffer)
    case 'u64':
      return u64(value)
    case 'u32':
      return u32(value)
    default:
      throw new Error(`no type ${type}`)
  }
}

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
