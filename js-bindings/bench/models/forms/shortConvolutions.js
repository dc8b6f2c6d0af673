import { contentOf, layerForm, modelForm } from './form.js'

/** @import { Entry, Sizes, TensorForm } from './form.js' */

/**
 * @typedef {object} ShortConvolutionSizes
 * @property {number} taps of a convolution
 * @property {readonly number[]} attention the layers that attend
 */

/**
 * LFM2's form (Liquid AI 2025): gated short convolutions, and some layers of attention.
 *
 * @param {Sizes & ShortConvolutionSizes} sizes
 * @returns {{ entries: Entry[], tensors: TensorForm[] }}
 */
export function shortConvolutions(sizes) {
  const { embedding, layers, kvHeads, headDim, taps, attention } = sizes
  return {
    entries: [
      [
        'attention.head_count_kv',
        'i32[]',
        Array.from({ length: layers }, (_, i) => (attention.includes(i) ? kvHeads : 0)),
      ],
      ['shortconv.l_cache', 'u32', taps],
    ],
    tensors: [
      ...modelForm(sizes, 'token_embd_norm'),
      ...Array.from({ length: layers }, (_, i) => {
        const layer = layerForm(i)
        const important = contentOf(i, layers)
        return [
          ...layer.norms(['attn_norm', 'ffn_norm'], embedding),
          ...(attention.includes(i)
            ? [...layer.norms(['attn_q_norm', 'attn_k_norm'], headDim), ...layer.attention(sizes, important)]
            : [
                layer.weight('shortconv.conv', 'drawn', taps, embedding),
                layer.weight('shortconv.in_proj', 'few', embedding, 3 * embedding),
                layer.weight('shortconv.out_proj', 'few', embedding, embedding),
              ]),
          ...layer.gated(sizes, important),
        ]
      }).flat(),
    ],
  }
}
