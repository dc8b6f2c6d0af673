import { contentOf, layerForm, modelForm } from './form.js'

/** @import { Entry, Sizes, TensorForm } from './form.js' */

/**
 * @typedef {object} DecoderSizes
 * @property {readonly string[]} norms of a layer, by their names
 * @property {readonly string[]} headNorms those of `headDim` values
 * @property {{ count: number, used: number }} [experts] of a mixture
 */

/**
 * A decoder as Llama's family has it, dense or a mixture.
 *
 * @param {Sizes & DecoderSizes} sizes
 * @returns {{ entries: Entry[], tensors: TensorForm[] }}
 */
export function decoder(sizes) {
  const { embedding, layers, feedForward, headDim, norms, headNorms, experts } = sizes
  const suffix = experts === undefined ? '' : '_exps'
  const count = experts === undefined ? [] : [experts.count]
  const weights = experts === undefined ? 'few' : 'expert'
  return {
    entries: experts === undefined ? [] : expertEntries(experts, feedForward),
    tensors: [
      ...modelForm(sizes),
      ...Array.from({ length: layers }, (_, i) => {
        const layer = layerForm(i)
        const important = contentOf(i, layers)
        return [
          ...layer.norms(norms, embedding),
          ...layer.norms(headNorms, headDim),
          ...layer.attention(sizes, important),
          ...count.map((n) => layer.weight('ffn_gate_inp', 'drawn', embedding, n)),
          layer.weight(`ffn_gate${suffix}`, weights, embedding, feedForward, ...count),
          layer.weight(`ffn_up${suffix}`, weights, embedding, feedForward, ...count),
          layer.weight(
            `ffn_down${suffix}`,
            important === 'more' ? 'more' : weights,
            feedForward,
            embedding,
            ...count,
          ),
        ]
      }).flat(),
    ],
  }
}

/**
 * @param {{ count: number, used: number }} experts
 * @param {number} feedForward
 * @returns {Entry[]}
 */
export function expertEntries({ count, used }, feedForward) {
  return [
    ['expert_count', 'u32', count],
    ['expert_used_count', 'u32', used],
    ['expert_feed_forward_length', 'u32', feedForward],
  ]
}
