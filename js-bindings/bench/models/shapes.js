import { decoder } from './forms/decoder.js'
import { deltaNets } from './forms/deltaNets.js'
import { gemma4 } from './forms/gemma4.js'
import { gptOss } from './forms/gptOss.js'
import { shortConvolutions } from './forms/shortConvolutions.js'

/**
 * @import { Entry, Sizes, TensorForm } from './forms/form.js'
 *
 * A model's sizes, and the form in which its tensors follow from them.
 * @typedef {Sizes & { [size: string]: any, form: (sizes: any) => { entries: Entry[], tensors: TensorForm[] } }} ModelShape
 */

const BEFORE = ['attn_norm', 'ffn_norm']
const HEADS = ['attn_q_norm', 'attn_k_norm']

/** Shapes of models that people run; by the names that `npm run bench:model` has for them. @satisfies {Record<string, ModelShape>} */
export const shapes = {
  /** TinyLlama (Zhang et al. 2024): 1.1 billion weights. */
  'llama-1.1b': {
    form: decoder,
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
  /** A draft of llamas (Miao et al. 2023, SpecInfer): 0.16 billion weights, with the vocabulary of the one above. */
  'llama-160m': {
    form: decoder,
    architecture: 'llama',
    embedding: 768,
    layers: 12,
    feedForward: 3072,
    heads: 12,
    kvHeads: 12,
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
    form: decoder,
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
    form: decoder,
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
    form: decoder,
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
    form: shortConvolutions,
    architecture: 'lfm2',
    embedding: 1024,
    layers: 16,
    feedForward: 4608,
    heads: 16,
    kvHeads: 8,
    headDim: 64,
    vocabulary: 65_536,
    tied: true,
    taps: 3,
    attention: [2, 5, 8, 10, 12, 14],
    entries: [['rope.freq_base', 'f32', 1e6]],
  },
  /** Qwen3.5-0.8B (Qwen Team 2026): 18 gated delta nets, and six layers of gated attention. */
  'qwen35-0.8b': {
    form: deltaNets,
    architecture: 'qwen35',
    embedding: 1024,
    layers: 24,
    feedForward: 3584,
    heads: 8,
    kvHeads: 2,
    headDim: 256,
    vocabulary: 248_320,
    tied: true,
    interval: 4,
    stateHeads: 16,
    stateDim: 128,
    taps: 4,
    entries: [
      ['rope.freq_base', 'f32', 1e7],
      ['rope.dimension_count', 'u32', 64],
      ['rope.dimension_sections', 'i32[]', [11, 11, 10, 0]],
    ],
  },
  /** Eight of the 24 layers of gpt-oss-20b (OpenAI 2025). */
  'gpt-oss-20b-8l': {
    form: gptOss,
    architecture: 'gpt-oss',
    embedding: 2880,
    layers: 8,
    feedForward: 2880,
    heads: 64,
    kvHeads: 8,
    headDim: 64,
    vocabulary: 201_088,
    tied: false,
    experts: { count: 32, used: 4 },
    entries: [
      ['rope.freq_base', 'f32', 150_000],
      ['rope.scaling.type', 'string', 'yarn'],
      ['rope.scaling.factor', 'f32', 32],
      ['rope.scaling.original_context_length', 'u32', 4096],
      ['attention.sliding_window', 'u32', 128],
    ],
  },
  /** Twelve layers of Gemma 4 E2B's form, of which seven share keys and values. */
  'gemma4-e2b-12l': {
    form: gemma4,
    architecture: 'gemma4',
    embedding: 1536,
    layers: 12,
    feedForward: 6144,
    heads: 8,
    kvHeads: 1,
    headDim: 512,
    vocabulary: 262_144,
    tied: true,
    localHeadDim: 256,
    window: 512,
    interval: 5,
    inputs: 256,
    shared: 7,
    entries: [
      ['rope.freq_base', 'f32', 1e6],
      ['rope.freq_base_swa', 'f32', 10_000],
      ['final_logit_softcapping', 'f32', 30],
    ],
  },
}
