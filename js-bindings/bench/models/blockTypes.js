/**
 * A type of tensors, as GGML has it.
 *
 * @typedef {object} BlockType
 * @property {number} type its number among those of tensors
 * @property {number} values of a block
 * @property {number} bytes of a block
 * @property {number} [fileType] the number of files of this type, `general.file_type`
 * @property {(values: Float32Array, block: Buffer) => void} [quantize] writes a block
 * @property {readonly [at: number, half: number][]} [scales] halves of a block of random weights, which random bits might
 *   make infinite
 */

/** Room for one float, and its bits. */
const single = new Float32Array(1)
const bitsOfSingle = new Uint32Array(single.buffer)

/** @satisfies {Record<string, BlockType>} */
export const blockTypes = {
  F32: { type: 0, values: 1, bytes: 4, fileType: 0 },
  F16: { type: 1, values: 1, bytes: 2, fileType: 1, quantize: quantizeF16 },
  Q4_0: { type: 2, values: 32, bytes: 18, fileType: 2, quantize: quantizeQ40 },
  Q8_0: { type: 8, values: 32, bytes: 34, fileType: 7, quantize: quantizeQ80, scales: [[0, toHalf(2.5e-4)]] },
  Q4_K: {
    type: 12,
    values: 256,
    bytes: 144,
    scales: [
      [0, toHalf(1.2e-4)],
      [2, toHalf(9e-4)],
    ],
  },
  Q6_K: { type: 14, values: 256, bytes: 210, scales: [[208, toHalf(1.2e-5)]] },
}

/**
 * Half floats, as many as there are values.
 *
 * @param {Float32Array} values
 * @param {Buffer} block
 */
function quantizeF16(values, block) {
  for (let i = 0; i < values.length; i++) block.writeUInt16LE(toHalf(values[i]), 2 * i)
}

/**
 * Bytes, the largest of which is 127 or -127, by a scale.
 *
 * @param {Float32Array} values
 * @param {Buffer} block
 */
function quantizeQ80(values, block) {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127
  block.writeUInt16LE(toHalf(scale), 0)
  for (let i = 0; i < 32; i++) block.writeInt8(scale === 0 ? 0 : Math.round(values[i] / scale), 2 + i)
}

/**
 * Four bits, from which 8 is subtracted, by a scale: that of the value of the largest magnitude, which becomes -8.
 *
 * @param {Float32Array} values
 * @param {Buffer} block
 */
function quantizeQ40(values, block) {
  const extreme = values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
  const scale = extreme / -8
  const bits = (/** @type {number} */ value) =>
    scale === 0 ? 8 : Math.min(15, Math.round(value / scale) + 8)
  block.writeUInt16LE(toHalf(scale), 0)
  for (let i = 0; i < 16; i++) block[2 + i] = bits(values[i]) | (bits(values[16 + i]) << 4)
}

/**
 * Blocks with random weights that are always the same for a seed (a xorshift generator, Marsaglia 2003).
 *
 * @param {BlockType} blockType
 * @param {number} bytes those of some blocks; a multiple of 4
 * @param {number} seed an integer from 1
 * @returns {Buffer}
 */
export function randomBlocks({ bytes: blockBytes, scales = [] }, bytes, seed) {
  const words = new Uint32Array(bytes / 4)
  let state = seed
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = state
  }
  const blocks = Buffer.from(words.buffer)
  for (const [offset, half] of scales) {
    for (let at = offset; at < bytes; at += blockBytes) blocks.writeUInt16LE(half, at)
  }
  return blocks
}

/**
 * The bits of the half float (IEEE 754 binary16) nearest to a number; of two as near, the even one.
 *
 * @param {number} value finite
 */
export function toHalf(value) {
  single[0] = value
  const [bits] = bitsOfSingle
  const sign = (bits >>> 16) & 0x8000
  // Below the least normal half the steps get no smaller.
  const exponent = Math.max(((bits >>> 23) & 0xff) - 127, -14)
  const steps = Math.abs(value) / 2 ** (exponent - 10)
  const lower = Math.floor(steps)
  const isUp = steps - lower > 0.5 || (steps - lower === 0.5 && lower % 2 === 1)
  return sign | Math.min((exponent + 14) * 1024 + lower + Number(isUp), 0x7c00)
}
