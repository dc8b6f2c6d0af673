import { expertEntries } from './decoder.js'
import { layerForm, modelForm } from './form.js'

/** @import { Entry, Sizes, TensorForm } from './form.js' */

/**
 * @typedef {object} GptOssSizes
 * @property {{ count: number, used: number }} experts
 */

/**
 * gpt-oss's form (OpenAI 2025): a mixture in every layer, sinks, and biases everywhere.
 *
 * @param {Sizes & GptOssSizes} sizes
 * @returns {{ entries: Entry[], tensors: TensorForm[] }}
 */
export function gptOss(sizes) {
  const { embedding, layers, feedForward, heads, kvHeads, headDim, experts } = sizes
  const { count } = experts
  return {
    entries: expertEntries(experts, feedForward),
    tensors: [
      ...modelForm(sizes),
      ...Array.from({ length: layers }, (_, i) => {
        const layer = layerForm(i)
        const biased = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) => [
          layer.weight(name, 'few', from, to),
          layer.bias(name, to),
        ]
        const mixed = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) => [
          layer.weight(name, 'expert', from, to, count),
          layer.bias(name, to, count),
        ]
        return [
          ...layer.norms(['attn_norm', 'post_attention_norm'], embedding),
          ...biased('attn_q', embedding, heads * headDim),
          ...biased('attn_k', embedding, kvHeads * headDim),
          ...biased('attn_v', embedding, kvHeads * headDim),
          ...biased('attn_output', heads * headDim, embedding),
          layer.weight('attn_sinks', 'drawn', heads),
          layer.weight('ffn_gate_inp', 'drawn', embedding, count),
          layer.bias('ffn_gate_inp', count),
          ...mixed('ffn_gate_exps', embedding, feedForward),
          ...mixed('ffn_up_exps', embedding, feedForward),
          ...mixed('ffn_down_exps', feedForward, embedding),
        ]
      }).flat(),
    ],
  }
}
