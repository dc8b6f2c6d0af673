import { closeSync, openSync, writeSync } from 'node:fs'
import { blockTypes, randomBlocks } from './blockTypes.js'
import { ggufEntries, ggufHead, ggufParts } from './ggufParts.js'

/** @import { BlockType } from './blockTypes.js' */

/**
 * What a llama's size follows from.
 *
 * @typedef {object} LlamaShape
 * @property {number} embedding a multiple of 256
 * @property {number} layers
 * @property {number} feedForward a multiple of 256
 * @property {number} heads
 * @property {number} kvHeads
 * @property {number} vocabulary at least 259
 */

/** That of TinyLlama (Zhang et al. 2024): 1.1 billion weights. @type {LlamaShape} */
const SHAPE = { embedding: 2048, layers: 22, feedForward: 5632, heads: 32, kvHeads: 4, vocabulary: 32_000 }

/** Enough for the longest prompt that is measured. */
const CONTEXT = 4096

/** The type of most matrices, that of those where more bits matter most, and `general.file_type`. */
const MIXTURES = {
  Q4_K_M: { few: blockTypes.Q4_K, more: blockTypes.Q6_K, fileType: 15 },
  Q4_0: { few: blockTypes.Q4_0, more: blockTypes.Q6_K, fileType: 2 },
  IQ4_NL: { few: blockTypes.IQ4_NL, more: blockTypes.Q6_K, fileType: 25 },
  IQ4_XS: { few: blockTypes.IQ4_XS, more: blockTypes.Q6_K, fileType: 30 },
  MXFP4: { few: blockTypes.MXFP4, more: blockTypes.Q6_K, fileType: 38 },
  Q8_0: { few: blockTypes.Q8_0, more: blockTypes.Q8_0, fileType: 7 },
}

/** Those that can be generated. */
export const mixtures = /** @type {(keyof typeof MIXTURES)[]} */ (Object.keys(MIXTURES))

/**
 * Writes a llama with random weights, always the same, and a made-up vocabulary. What it says means nothing, but takes as
 * long as what a real model says.
 *
 * @param {string} path
 * @param {keyof typeof MIXTURES} mixture all but Q8_0 have Q6_K where more bits matter most, as llama.cpp makes it: the output, and the
 *   values and down-projections of half of the layers
 * @param {LlamaShape} [shape]
 */
export function generateLlama(path, mixture, shape = SHAPE) {
  const tensors = tensorsOf(mixture, shape)
  const file = openSync(path, 'w')
  try {
    writeSync(file, ggufHead(ggufEntries(entriesOf(mixture, shape)), tensors))
    for (const [i, tensor] of tensors.entries()) {
      writeSync(file, ggufParts.padded(randomTensor(tensor, i + 1)))
    }
  } finally {
    closeSync(file)
  }
}

/**
 * @param {keyof typeof MIXTURES} mixture
 * @param {LlamaShape} shape
 */
function tensorsOf(mixture, { embedding, layers, feedForward, heads, kvHeads, vocabulary }) {
  const { few, more } = MIXTURES[mixture]
  const tensor = (
    /** @type {string} */ name,
    /** @type {BlockType} */ blockType,
    /** @type {number[]} */ ...shape
  ) => {
    const values = shape.reduce((product, size) => product * size)
    const { type } = blockType
    return { name, blockType, type, shape, bytes: (values / blockType.values) * blockType.bytes }
  }
  const kvWidth = (embedding / heads) * kvHeads
  const eighth = Math.floor(layers / 8)
  return [
    tensor('token_embd.weight', few, embedding, vocabulary),
    tensor('output_norm.weight', blockTypes.F32, embedding),
    tensor('output.weight', more, embedding, vocabulary),
    ...Array.from({ length: layers }, (_, layer) => {
      const matters = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2
      const name = (/** @type {string} */ part) => `blk.${layer}.${part}.weight`
      return [
        tensor(name('attn_norm'), blockTypes.F32, embedding),
        tensor(name('attn_q'), few, embedding, embedding),
        tensor(name('attn_k'), few, embedding, kvWidth),
        tensor(name('attn_v'), matters ? more : few, embedding, kvWidth),
        tensor(name('attn_output'), few, embedding, embedding),
        tensor(name('ffn_norm'), blockTypes.F32, embedding),
        tensor(name('ffn_gate'), few, embedding, feedForward),
        tensor(name('ffn_up'), few, embedding, feedForward),
        tensor(name('ffn_down'), matters ? more : few, feedForward, embedding),
      ]
    }).flat(),
  ]
}

/**
 * @param {{ blockType: BlockType, bytes: number }} tensor
 * @param {number} seed
 */
function randomTensor({ blockType, bytes }, seed) {
  if (blockType === blockTypes.F32) return Buffer.from(new Float32Array(bytes / 4).fill(1).buffer)
  return randomBlocks(blockType, bytes, seed)
}

/**
 * @param {keyof typeof MIXTURES} mixture
 * @param {LlamaShape} shape
 * @returns {[string, string, any][]}
 */
function entriesOf(mixture, { embedding, layers, feedForward, heads, kvHeads, vocabulary }) {
  const ids = Array.from({ length: vocabulary }, (_, id) => id)
  return [
    ['general.architecture', 'string', 'llama'],
    ['general.name', 'string', `Generated llama ${mixture}`],
    ['general.file_type', 'u32', MIXTURES[mixture].fileType],
    ['llama.context_length', 'u32', CONTEXT],
    ['llama.embedding_length', 'u32', embedding],
    ['llama.block_count', 'u32', layers],
    ['llama.feed_forward_length', 'u32', feedForward],
    ['llama.rope.dimension_count', 'u32', embedding / heads],
    ['llama.rope.freq_base', 'f32', 10_000],
    ['llama.attention.head_count', 'u32', heads],
    ['llama.attention.head_count_kv', 'u32', kvHeads],
    ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
    ['llama.vocab_size', 'u32', vocabulary],
    ['tokenizer.ggml.model', 'string', 'llama'],
    ['tokenizer.ggml.tokens', 'string[]', ids.map(tokenOf)],
    ['tokenizer.ggml.scores', 'f32[]', ids.map((id) => -id)],
    ['tokenizer.ggml.token_type', 'i32[]', ids.map(typeOf)],
    ['tokenizer.ggml.unknown_token_id', 'u32', 0],
    ['tokenizer.ggml.bos_token_id', 'u32', 1],
    ['tokenizer.ggml.eos_token_id', 'u32', 2],
    ['tokenizer.ggml.add_bos_token', 'bool', true],
  ]
}

/** @param {number} id */
function tokenOf(id) {
  if (id < 3) return ['<unk>', '<s>', '</s>'][id]
  return id < 259 ? `<0x${(id - 3).toString(16).toUpperCase().padStart(2, '0')}>` : `\u2581t${id}`
}

/** The types of tokens, by the GGUF specification. @param {number} id */
function typeOf(id) {
  const [normal, unknown, control, byte] = [1, 2, 3, 6]
  if (id < 3) return id === 0 ? unknown : control
  return id < 259 ? byte : normal
}
