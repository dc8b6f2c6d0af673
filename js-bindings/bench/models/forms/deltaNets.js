import { contentOf, layerForm, modelForm } from './form.js'

/** @import { Entry, Sizes, TensorForm } from './form.js' */

/**
 * @typedef {object} DeltaNetSizes
 * @property {number} interval every so many-th layer attends
 * @property {number} stateHeads of a delta net, for keys and for values
 * @property {number} stateDim values of such a head
 * @property {number} taps of its convolution
 */

/**
 * Qwen3.5's form (Qwen Team 2026): gated delta nets, and gated attention in every fourth layer.
 *
 * @param {Sizes & DeltaNetSizes} sizes
 * @returns {{ entries: Entry[], tensors: TensorForm[] }}
 */
export function deltaNets(sizes) {
  const { embedding, layers, headDim } = sizes
  const { interval, stateHeads, stateDim, taps } = sizes
  const inner = stateHeads * stateDim
  return {
    entries: [
      ['full_attention_interval', 'u32', interval],
      ['ssm.conv_kernel', 'u32', taps],
      ['ssm.inner_size', 'u32', inner],
      ['ssm.state_size', 'u32', stateDim],
      ['ssm.time_step_rank', 'u32', stateHeads],
      ['ssm.group_count', 'u32', stateHeads],
    ],
    tensors: [
      ...modelForm(sizes),
      ...Array.from({ length: layers }, (_, i) => {
        const layer = layerForm(i)
        const important = contentOf(i, layers)
        return [
          ...layer.norms(['attn_norm', 'post_attention_norm'], embedding),
          ...((i + 1) % interval === 0
            ? [
                ...layer.norms(['attn_q_norm', 'attn_k_norm'], headDim),
                ...layer.attention(sizes, important, 2),
              ]
            : [
                layer.weight('attn_qkv', important, embedding, 3 * inner),
                layer.weight('attn_gate', 'few', embedding, inner),
                layer.weight('ssm_conv1d', 'drawn', taps, 3 * inner),
                layer.bias('ssm_dt', stateHeads),
                layer.plain('ssm_a', 'negative', stateHeads),
                layer.weight('ssm_beta', 'few', embedding, stateHeads),
                layer.weight('ssm_alpha', 'few', embedding, stateHeads),
                ...layer.norms(['ssm_norm'], stateDim),
                layer.weight('ssm_out', 'few', inner, embedding),
              ]),
          ...layer.gated(sizes, important),
        ]
      }).flat(),
    ],
  }
}
