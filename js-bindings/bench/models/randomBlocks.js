/** @import { BlockType } from './blockTypes.js' */

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
