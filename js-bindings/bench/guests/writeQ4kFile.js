import { closeSync, openSync, writeSync } from 'node:fs'

/** A block of Q4_K: two F16 scales, 12 bytes of scales, 128 bytes of 4-bit values. */
const BLOCK = { bytes: 144, values: 256 }

/** Q4_K among the tensor types of GGUF. */
const TYPE = 12
const ALIGNMENT = 32

/**
 * Writes a GGUF file, version 3, of Q4_K matrices with random values that are always the same. Nothing but its tensors can
 * be read of it.
 *
 * @param {string} path
 * @param {{ names: string[], columns: number, rows: number }} matrices `columns` is a multiple of 256, `rows` of 2
 */
export function writeQ4kFile(path, { names, columns, rows }) {
  const bytes = ((columns * rows) / BLOCK.values) * BLOCK.bytes
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(names.length),
    u64(1),
    text('general.architecture'),
    u32(8),
    text('tensors'),
    ...names.map((name, i) =>
      Buffer.concat([text(name), u32(2), u64(columns), u64(rows), u32(TYPE), u64(i * bytes)]),
    ),
  ])
  const file = openSync(path, 'w')
  try {
    writeSync(file, Buffer.concat([head, Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT)]))
    for (let seed = 0; seed < names.length; seed++) writeSync(file, randomBlocks(bytes, seed))
  } finally {
    closeSync(file)
  }
}

/**
 * @param {number} bytes
 * @param {number} seed
 */
function randomBlocks(bytes, seed) {
  const words = new Uint32Array(bytes / 4)
  let state = seed + 1
  for (let i = 0; i < words.length; i++) {
    // A xorshift generator (Marsaglia 2003).
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = state
  }
  const blocks = Buffer.from(words.buffer)
  // The scales are F16: 0.01 and 0.02, since random bits might be infinite.
  for (let at = 0; at < bytes; at += BLOCK.bytes) blocks.writeUInt32LE(0x2519_211f, at)
  return blocks
}

const u32 = (/** @type {number} */ value) => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (/** @type {number} */ value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer)

/** @param {string} value */
function text(value) {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}
