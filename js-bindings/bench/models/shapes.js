/**
 * What the size of a decoder follows from.
 *
 * @typedef {object} ModelShape
 * @property {string} architecture as `general.architecture` has it
 * @property {number} embedding values of a token; a multiple of 32
 * @property {number} layers
 * @property {number} feedForward values between the matrices of a feed-forward part, or of an expert; a multiple of 256
 * @property {number} heads
 * @property {number} kvHeads
 * @property {number} headDim values of a head
 * @property {number} vocabulary at least 259
 * @property {boolean} tied whether the output's matrix is the embedding's
 * @property {readonly string[]} norms of a layer, by their names
 * @property {readonly string[]} headNorms those of `headDim` values
 * @property {{ count: number, used: number }} [experts] of a mixture
 * @property {{ taps: number, attention: readonly number[] }} [shortConvolutions] of the layers that do not attend, and those that do
 * @property {string} [outputNorm] the name of the last norm, `output_norm` where it is not given
 * @property {readonly [key: string, type: string, value: any][]} entries keys of the architecture's own, without its name
 */

const BEFORE = ['attn_norm', 'ffn_norm']
const HEADS = ['attn_q_norm', 'attn_k_norm']

/** Shapes of models that people run; by the names that `npm run bench:model` has for them. @satisfies {Record<string, ModelShape>} */
export const shapes = {
  /** TinyLlama (Zhang et al. 2024): 1.1 billion weights. */
  'llama-1.1b': {
    architecture: 'llama',
    embedding: 2048,
    layers: 22,
    feedForward: 5632,
    heads: 32,
    kvHeads: 4,
    headDim: 64,
    vocabulary: 32_000,
    tied: false,
    norms: BEFORE,
    headNorms: [],
    entries: [
      ['rope.dimension_count', 'u32', 64],
      ['rope.freq_base', 'f32', 10_000],
    ],
  },
  /** Qwen3-0.6B (Yang et al. 2025). */
  'qwen3-0.6b': {
    architecture: 'qwen3',
    embedding: 1024,
    layers: 28,
    feedForward: 3072,
    heads: 16,
    kvHeads: 8,
    headDim: 128,
    vocabulary: 151_936,
    tied: true,
    norms: BEFORE,
    headNorms: HEADS,
    entries: [['rope.freq_base', 'f32', 1e6]],
  },
  /** Gemma 3 1B (Gemma Team 2025): five layers see 512 tokens, the sixth sees all. */
  'gemma3-1b': {
    architecture: 'gemma3',
    embedding: 1152,
    layers: 26,
    feedForward: 6912,
    heads: 4,
    kvHeads: 1,
    headDim: 256,
    vocabulary: 262_144,
    tied: true,
    norms: [...BEFORE, 'post_attention_norm', 'post_ffw_norm'],
    headNorms: HEADS,
    entries: [
      ['rope.freq_base', 'f32', 1e6],
      ['attention.sliding_window', 'u32', 512],
    ],
  },
  /** Qwen 3's form of mixtures: 1.5 billion weights, of which a token uses 0.5 billion. */
  'mixture-1.5b': {
    architecture: 'qwen3moe',
    embedding: 1024,
    layers: 26,
    feedForward: 1024,
    heads: 16,
    kvHeads: 4,
    headDim: 128,
    vocabulary: 32_000,
    tied: false,
    norms: BEFORE,
    headNorms: HEADS,
    experts: { count: 16, used: 4 },
    entries: [['rope.freq_base', 'f32', 1e6]],
  },
  /** LFM2-350M (Liquid AI 2025): ten gated short convolutions, and six layers of attention. */
  'lfm2-350m': {
    architecture: 'lfm2',
    embedding: 1024,
    layers: 16,
    feedForward: 4608,
    heads: 16,
    kvHeads: 8,
    headDim: 64,
    vocabulary: 65_536,
    tied: true,
    norms: BEFORE,
    headNorms: HEADS,
    shortConvolutions: { taps: 3, attention: [2, 5, 8, 10, 12, 14] },
    outputNorm: 'token_embd_norm',
    entries: [
      ['rope.freq_base', 'f32', 1e6],
      ['shortconv.l_cache', 'u32', 3],
    ],
  },
}
