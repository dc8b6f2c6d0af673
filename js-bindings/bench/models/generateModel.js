import { closeSync, openSync, writeSync } from 'node:fs'
import { blockTypes, randomBlocks } from './blockTypes.js'
import { ggufEntries, ggufHead, ggufParts } from './ggufParts.js'

/**
 * @import { BlockType } from './blockTypes.js'
 * @import { Entry, TensorForm } from './forms/form.js'
 * @import { ModelShape } from './shapes.js'
 */

/** The first token that is a text: before it are three control tokens and those of the bytes. */
const FIRST_TEXT = 259

/** Enough for the longest prompt that is measured. */
const CONTEXT = 4096

/**
 * The type of most matrices, that of those where more bits matter most, of experts where it is another, and `general.file_type`.
 */
const MIXTURES = {
  Q4_K_M: { few: blockTypes.Q4_K, more: blockTypes.Q6_K, fileType: 15 },
  Q5_K_M: { few: blockTypes.Q5_K, more: blockTypes.Q6_K, fileType: 17 },
  Q3_K_M: { few: blockTypes.Q3_K, more: blockTypes.Q6_K, fileType: 12 },
  Q2_K: { few: blockTypes.Q2_K, more: blockTypes.Q6_K, fileType: 10 },
  Q4_0: { few: blockTypes.Q4_0, more: blockTypes.Q6_K, fileType: 2 },
  IQ4_NL: { few: blockTypes.IQ4_NL, more: blockTypes.Q6_K, fileType: 25 },
  IQ4_XS: { few: blockTypes.IQ4_XS, more: blockTypes.Q6_K, fileType: 30 },
  MXFP4: { few: blockTypes.MXFP4, more: blockTypes.Q6_K, fileType: 38 },
  MXFP4_MOE: { few: blockTypes.Q8_0, more: blockTypes.Q8_0, expert: blockTypes.MXFP4, fileType: 38 },
  NVFP4: { few: blockTypes.NVFP4, more: blockTypes.Q6_K, fileType: 39 },
  IQ3_S: { few: blockTypes.IQ3_S, more: blockTypes.Q6_K, fileType: 26 },
  IQ3_XXS: { few: blockTypes.IQ3_XXS, more: blockTypes.Q6_K, fileType: 23 },
  IQ2_S: { few: blockTypes.IQ2_S, more: blockTypes.Q6_K, fileType: 28 },
  IQ2_XS: { few: blockTypes.IQ2_XS, more: blockTypes.Q6_K, fileType: 20 },
  IQ2_XXS: { few: blockTypes.IQ2_XXS, more: blockTypes.Q6_K, fileType: 19 },
  IQ1_M: { few: blockTypes.IQ1_M, more: blockTypes.Q6_K, fileType: 31 },
  IQ1_S: { few: blockTypes.IQ1_S, more: blockTypes.Q6_K, fileType: 24 },
  TQ1_0: { few: blockTypes.TQ1_0, more: blockTypes.Q6_K, fileType: 36 },
  TQ2_0: { few: blockTypes.TQ2_0, more: blockTypes.Q6_K, fileType: 37 },
  Q8_0: { few: blockTypes.Q8_0, more: blockTypes.Q8_0, fileType: 7 },
}

/** Those that can be generated. */
export const mixtures = /** @type {(keyof typeof MIXTURES)[]} */ (Object.keys(MIXTURES))

/** Of rows that are no multiple of 256: what llama.cpp takes instead. @type {Map<BlockType, BlockType>} */
const FALLBACKS = new Map([
  [blockTypes.Q4_K, blockTypes.Q5_0],
  [blockTypes.Q5_K, blockTypes.Q5_1],
  [blockTypes.Q3_K, blockTypes.IQ4_NL],
  [blockTypes.Q2_K, blockTypes.IQ4_NL],
  [blockTypes.Q6_K, blockTypes.Q8_0],
  [blockTypes.IQ4_XS, blockTypes.IQ4_NL],
])

/**
 * Writes a decoder with random weights, always the same, and a made-up vocabulary. What it says means nothing, but takes as
 * long as what a real model says.
 *
 * @param {string} path
 * @param {keyof typeof MIXTURES} mixture all but Q8_0 have Q6_K where more bits matter most, as llama.cpp makes it: the
 *   output, and the values and down-projections of half of the layers
 * @param {ModelShape} shape
 */
export function generateModel(path, mixture, shape) {
  const { entries, tensors: forms } = shape.form(shape)
  const tensors = typed(mixture, forms)
  const output = shape.tied ? 'token_embd.weight' : 'output.weight'
  const file = openSync(path, 'w')
  try {
    writeSync(file, ggufHead(ggufEntries(entriesOf(mixture, shape, entries)), tensors))
    for (const [i, tensor] of tensors.entries()) {
      writeSync(file, ggufParts.padded(randomTensor(tensor, i + 1, output)))
    }
  } finally {
    closeSync(file)
  }
}

/**
 * @param {keyof typeof MIXTURES} mixture
 * @param {readonly TensorForm[]} tensors
 */
function typed(mixture, tensors) {
  /** @type {{ few: BlockType, more: BlockType, expert?: BlockType }} */
  const { few, more, expert = few } = MIXTURES[mixture]
  const types = { few, more, expert }
  return tensors.map(({ name, content, shape }) => {
    const wanted = content in types ? types[/** @type {keyof typeof types} */ (content)] : blockTypes.F32
    const blockType = shape[0] % wanted.values === 0 ? wanted : (FALLBACKS.get(wanted) ?? wanted)
    const values = shape.reduce((product, size) => product * size)
    const { type } = blockType
    return { name, content, blockType, type, shape, bytes: (values / blockType.values) * blockType.bytes }
  })
}

/**
 * @param {ReturnType<typeof typed>[number]} tensor
 * @param {number} seed
 * @param {string} output the name of the tensor that gives the logits
 */
function randomTensor({ name, content, blockType, shape, bytes }, seed, output) {
  if (blockType !== blockTypes.F32) {
    const blocks = randomBlocks(blockType, bytes, seed)
    if (name === output) quieten(blocks, blockType, shape[0])
    return blocks
  }
  const values = new Float32Array(bytes / 4).fill(content === 'negative' ? -1 : 1)
  if (content === 'drawn') {
    // So small that a router gives each expert its share of the tokens.
    const bits = randomBlocks(blockType, bytes, seed)
    for (let i = 0; i < values.length; i++) values[i] = bits.readInt32LE(4 * i) / 2 ** 36
  }
  return Buffer.from(values.buffer)
}

/**
 * Makes the logits of control and byte tokens an eighth, or nearly, so that every token of an answer is a text: the bytes of
 * half a character would be held back, and the time of its text with them. Scales are halves; the smallest have no exponent.
 *
 * @param {Buffer} blocks rows of tokens
 * @param {BlockType} blockType
 * @param {number} columns
 */
function quieten(blocks, { values, bytes, scales = [] }, columns) {
  const end = (columns / values) * bytes * FIRST_TEXT
  for (const [offset, bits] of scales) {
    const eighth = bits < 0x1000 ? bits >> 3 : bits - 0x0c00
    for (let at = offset; at < end; at += bytes) blocks.writeUInt16LE(eighth, at)
  }
}

/**
 * @param {keyof typeof MIXTURES} mixture
 * @param {ModelShape} shape
 * @param {readonly Entry[]} formed those that its form has
 * @returns {[string, string, any][]}
 */
function entriesOf(mixture, shape, formed) {
  const { architecture, feedForward, headDim, vocabulary } = shape
  const ids = Array.from({ length: vocabulary }, (_, id) => id)
  // A form's number for each layer stands in for the one of all.
  const own = new Map(
    [
      ['context_length', 'u32', CONTEXT],
      ['embedding_length', 'u32', shape.embedding],
      ['block_count', 'u32', shape.layers],
      ['feed_forward_length', 'u32', feedForward],
      ['attention.head_count', 'u32', shape.heads],
      ['attention.head_count_kv', 'u32', shape.kvHeads],
      ['attention.key_length', 'u32', headDim],
      ['attention.value_length', 'u32', headDim],
      ['attention.layer_norm_rms_epsilon', 'f32', 1e-5],
      ['vocab_size', 'u32', vocabulary],
      ...formed,
      ...shape.entries,
    ].map(([key, type, value]) => [key, { type, value }]),
  )
  return [
    ['general.architecture', 'string', architecture],
    ['general.name', 'string', `Generated ${architecture} ${mixture}`],
    ['general.file_type', 'u32', MIXTURES[mixture].fileType],
    ...Array.from(
      own,
      ([key, { type, value }]) =>
        /** @type {[string, string, any]} */ ([`${architecture}.${key}`, type, value]),
    ),
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
  return id < FIRST_TEXT ? `<0x${(id - 3).toString(16).toUpperCase().padStart(2, '0')}>` : `\u2581t${id}`
}

/** The types of tokens, by the GGUF specification. @param {number} id */
function typeOf(id) {
  const [normal, unknown, control, byte] = [1, 2, 3, 6]
  if (id < 3) return id === 0 ? unknown : control
  return id < FIRST_TEXT ? byte : normal
}
