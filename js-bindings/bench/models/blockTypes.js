/**
 * A type of tensors, as GGML has it.
 *
 * @typedef {object} BlockType
 * @property {number} type its number among those of tensors
 * @property {number} values of a block
 * @property {number} bytes of a block
 * @property {number} [fileType] the number of files of this type, `general.file_type`
 * @property {(values: Float32Array, block: Buffer) => void} [quantize] writes a block
 * @property {readonly [at: number, bits: number, bytes?: number][]} [scales] scales of a block of random weights, which
 *   random bits might make infinite: halves, if no other number of bytes is given
 */

/** Room for one float, and its bits. */
const single = new Float32Array(1)
const bitsOfSingle = new Uint32Array(single.buffer)

/** @satisfies {Record<string, BlockType>} */
export const blockTypes = {
  F32: { type: 0, values: 1, bytes: 4, fileType: 0 },
  F16: { type: 1, values: 1, bytes: 2, fileType: 1, quantize: quantizeF16 },
  Q4_0: { type: 2, values: 32, bytes: 18, fileType: 2, quantize: quantizeQ40, scales: [[0, toHalf(4e-3)]] },
  Q5_0: { type: 6, values: 32, bytes: 22, scales: [[0, toHalf(2e-3)]] },
  Q5_1: {
    type: 7,
    values: 32,
    bytes: 24,
    scales: [
      [0, toHalf(2e-3)],
      [2, toHalf(-3.1e-2)],
    ],
  },
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
  Q5_K: {
    type: 13,
    values: 256,
    bytes: 176,
    scales: [
      [0, toHalf(6e-5)],
      [2, toHalf(9.3e-4)],
    ],
  },
  Q3_K: { type: 11, values: 256, bytes: 110, scales: [[108, toHalf(4e-4)]] },
  Q2_K: {
    type: 10,
    values: 256,
    bytes: 84,
    scales: [
      [80, toHalf(2e-3)],
      [82, toHalf(3e-3)],
    ],
  },
  Q6_K: { type: 14, values: 256, bytes: 210, scales: [[208, toHalf(1.2e-5)]] },
  IQ4_NL: {
    type: 20,
    values: 32,
    bytes: 18,
    fileType: 25,
    quantize: quantizeIQ4NL,
    scales: [[0, toHalf(2.6e-4)]],
  },
  IQ4_XS: { type: 23, values: 256, bytes: 136, scales: [[0, toHalf(1.5e-5)]] },
  IQ3_S: { type: 21, values: 256, bytes: 110, scales: [[0, toHalf(1.5e-4)]] },
  IQ3_XXS: { type: 18, values: 256, bytes: 98, scales: [[0, toHalf(1.5e-4)]] },
  IQ2_S: { type: 22, values: 256, bytes: 82, scales: [[0, toHalf(4e-4)]] },
  IQ2_XS: { type: 17, values: 256, bytes: 74, scales: [[0, toHalf(4e-4)]] },
  IQ2_XXS: { type: 16, values: 256, bytes: 66, scales: [[0, toHalf(4e-4)]] },
  IQ1_S: { type: 19, values: 256, bytes: 50, scales: [[0, toHalf(3e-3)]] },
  // The scale's four nibbles are the high ones of four bytes, which have some scales of sub-blocks, too.
  IQ1_M: {
    type: 29,
    values: 256,
    bytes: 56,
    scales: [
      [49, 0x55, 1],
      [51, 0x22, 1],
      [53, 0xaa, 1],
      [55, 0x11, 1],
    ],
  },
  TQ1_0: { type: 34, values: 256, bytes: 54, scales: [[52, toHalf(2e-2)]] },
  TQ2_0: { type: 35, values: 256, bytes: 66, scales: [[64, toHalf(2e-2)]] },
  NVFP4: { type: 40, values: 64, bytes: 36, scales: [[0, 0x08080808, 4]] },
  MXFP4: { type: 39, values: 32, bytes: 17, fileType: 38, quantize: quantizeMXFP4, scales: [[0, 120, 1]] },
}

/** What the nibbles of IQ4_NL stand for, times the scale. */
const IQ4_VALUES = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

/** The same of MXFP4. */
const FP4_VALUES = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

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
 * Nibbles that choose the nearest of 16 values times a scale.
 *
 * @param {Float32Array} values
 * @param {number[]} choices
 * @param {number} scale
 * @param {Buffer} nibbles 16 bytes
 */
function choose(values, choices, scale, nibbles) {
  const nearest = (/** @type {number} */ value) => {
    const distances = choices.map((choice) => Math.abs(value - choice * scale))
    return distances.indexOf(Math.min(...distances))
  }
  for (let i = 0; i < 16; i++) nibbles[i] = nearest(values[i]) | (nearest(values[16 + i]) << 4)
}

/**
 * By a scale: that of the value of the largest magnitude, which becomes -127.
 *
 * @param {Float32Array} values
 * @param {Buffer} block
 */
function quantizeIQ4NL(values, block) {
  const extreme = values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
  block.writeUInt16LE(toHalf(extreme / -127), 0)
  choose(values, IQ4_VALUES, extreme / -127, block.subarray(2))
}

/**
 * By a power of two, with which the largest magnitude is from 8 up to 16 (Open Compute Project, MX formats 1.0).
 *
 * @param {Float32Array} values
 * @param {Buffer} block
 */
function quantizeMXFP4(values, block) {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const exponent = largest === 0 ? 0 : Math.max(0, Math.floor(Math.log2(largest)) - 3 + 128)
  block[0] = exponent
  choose(values, FP4_VALUES, 2 ** (exponent - 128), block.subarray(1))
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
  for (const [offset, bits, width = 2] of scales) {
    for (let at = offset; at < bytes; at += blockBytes) blocks.writeUIntLE(bits, at, width)
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
