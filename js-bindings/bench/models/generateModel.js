import { closeSync, openSync, writeSync } from 'node:fs'
import { blockTypes, randomBlocks } from './blockTypes.js'
import { ggufEntries, ggufHead, ggufParts } from './ggufParts.js'

/**
 * @import { BlockType } from './blockTypes.js'
 * @import { ModelShape } from './shapes.js'
 */

/** The first token that is a text: before it are three control tokens and those of the bytes. */
const FIRST_TEXT = 259

/** Enough for the longest prompt that is measured. */
const CONTEXT = 4096

/** The type of most matrices, that of those where more bits matter most, and `general.file_type`. */
const MIXTURES = {
  Q4_K_M: { few: blockTypes.Q4_K, more: blockTypes.Q6_K, fileType: 15 },
  Q4_0: { few: blockTypes.Q4_0, more: blockTypes.Q6_K, fileType: 2 },
  IQ4_NL: { few: blockTypes.IQ4_NL, more: blockTypes.Q6_K, fileType: 25 },
  IQ4_XS: { few: blockTypes.IQ4_XS, more: blockTypes.Q6_K, fileType: 30 },
  MXFP4: { few: blockTypes.MXFP4, more: blockTypes.Q6_K, fileType: 38 },
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
  const tensors = tensorsOf(mixture, shape)
  const output = shape.tied ? 'token_embd.weight' : 'output.weight'
  const file = openSync(path, 'w')
  try {
    writeSync(file, ggufHead(ggufEntries(entriesOf(mixture, shape)), tensors))
    for (const [i, tensor] of tensors.entries()) {
      writeSync(file, ggufParts.padded(randomTensor(tensor, i + 1, output)))
    }
  } finally {
    closeSync(file)
  }
}

/**
 * @param {keyof typeof MIXTURES} mixture
 * @param {ModelShape} shape
 */
function tensorsOf(mixture, shape) {
  const { embedding, layers, feedForward, heads, kvHeads, headDim, vocabulary } = shape
  const { few, more } = MIXTURES[mixture]
  const tensor = (
    /** @type {string} */ name,
    /** @type {BlockType} */ wanted,
    /** @type {number[]} */ ...dimensions
  ) => {
    const blockType = dimensions[0] % wanted.values === 0 ? wanted : (FALLBACKS.get(wanted) ?? wanted)
    const values = dimensions.reduce((product, size) => product * size)
    const { type } = blockType
    return { name, blockType, type, shape: dimensions, bytes: (values / blockType.values) * blockType.bytes }
  }
  const eighth = Math.floor(layers / 8)
  const { experts, shortConvolutions } = shape
  const suffix = experts === undefined ? '' : '_exps'
  const count = experts === undefined ? [] : [experts.count]
  return [
    tensor('token_embd.weight', shape.tied ? more : few, embedding, vocabulary),
    tensor(`${shape.outputNorm ?? 'output_norm'}.weight`, blockTypes.F32, embedding),
    ...(shape.tied ? [] : [tensor('output.weight', more, embedding, vocabulary)]),
    ...Array.from({ length: layers }, (_, layer) => {
      const matters = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2
      const name = (/** @type {string} */ part) => `blk.${layer}.${part}.weight`
      return [
        ...shape.norms.map((norm) => tensor(name(norm), blockTypes.F32, embedding)),
        ...(shortConvolutions === undefined || shortConvolutions.attention.includes(layer)
          ? [
              ...shape.headNorms.map((norm) => tensor(name(norm), blockTypes.F32, headDim)),
              tensor(name('attn_q'), few, embedding, heads * headDim),
              tensor(name('attn_k'), few, embedding, kvHeads * headDim),
              tensor(name('attn_v'), matters ? more : few, embedding, kvHeads * headDim),
              tensor(name('attn_output'), few, heads * headDim, embedding),
            ]
          : [
              tensor(name('shortconv.conv'), blockTypes.F32, shortConvolutions.taps, embedding),
              tensor(name('shortconv.in_proj'), few, embedding, 3 * embedding),
              tensor(name('shortconv.out_proj'), few, embedding, embedding),
            ]),
        ...count.map((n) => tensor(name('ffn_gate_inp'), blockTypes.F32, embedding, n)),
        tensor(name(`ffn_gate${suffix}`), few, embedding, feedForward, ...count),
        tensor(name(`ffn_up${suffix}`), few, embedding, feedForward, ...count),
        tensor(name(`ffn_down${suffix}`), matters ? more : few, feedForward, embedding, ...count),
      ]
    }).flat(),
  ]
}

/**
 * Norms are ones; a router's weights are drawn, for each expert to have its share of the tokens.
 *
 * @param {{ name: string, blockType: BlockType, shape: number[], bytes: number }} tensor
 * @param {number} seed
 * @param {string} output the name of the tensor that gives the logits
 */
function randomTensor({ name, blockType, shape, bytes }, seed, output) {
  if (blockType !== blockTypes.F32) {
    const blocks = randomBlocks(blockType, bytes, seed)
    if (name === output) quieten(blocks, blockType, shape[0])
    return blocks
  }
  const values = new Float32Array(bytes / 4).fill(1)
  if (shape.length > 1) {
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
 * @returns {[string, string, any][]}
 */
function entriesOf(mixture, shape) {
  const { architecture, feedForward, headDim, vocabulary, experts } = shape
  const ids = Array.from({ length: vocabulary }, (_, id) => id)
  /** @type {[string, string, any][]} */
  const own = [
    ['context_length', 'u32', CONTEXT],
    ['embedding_length', 'u32', shape.embedding],
    ['block_count', 'u32', shape.layers],
    ['feed_forward_length', 'u32', feedForward],
    ['attention.head_count', 'u32', shape.heads],
    ['attention.head_count_kv', ...kvHeadsOf(shape)],
    ['attention.key_length', 'u32', headDim],
    ['attention.value_length', 'u32', headDim],
    ['attention.layer_norm_rms_epsilon', 'f32', 1e-5],
    ['vocab_size', 'u32', vocabulary],
    ...shape.entries,
  ]
  if (experts !== undefined) {
    own.push(
      ['expert_count', 'u32', experts.count],
      ['expert_used_count', 'u32', experts.used],
      ['expert_feed_forward_length', 'u32', feedForward],
    )
  }
  return [
    ['general.architecture', 'string', architecture],
    ['general.name', 'string', `Generated ${architecture} ${mixture}`],
    ['general.file_type', 'u32', MIXTURES[mixture].fileType],
    ...own.map(
      ([key, type, value]) => /** @type {[string, string, any]} */ ([`${architecture}.${key}`, type, value]),
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

/**
 * A number for all layers, or one for each: 0 where there is no attention.
 *
 * @param {ModelShape} shape
 * @returns {[string, any]}
 */
function kvHeadsOf({ layers, kvHeads, shortConvolutions }) {
  if (shortConvolutions === undefined) return ['u32', kvHeads]
  const { attention } = shortConvolutions
  return ['i32[]', Array.from({ length: layers }, (_, layer) => (attention.includes(layer) ? kvHeads : 0))]
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
