import { contentOf, layerForm, modelForm } from './form.js'

/** @import { Entry, Sizes, TensorForm } from './form.js' */

/**
 * @typedef {object} Gemma4Sizes
 * @property {number} localHeadDim values of a head in layers with a window
 * @property {number} window tokens that such a layer sees
 * @property {number} interval every so many-th layer sees everything
 * @property {number} inputs values that each token gives each layer
 * @property {number} shared of the last layers, that read the keys and values of others
 */

/**
 * Gemma 4's dense form: windows, inputs of each layer's own, and layers that share keys and values.
 *
 * @param {Sizes & Gemma4Sizes} sizes
 * @returns {{ entries: Entry[], tensors: TensorForm[] }}
 */
export function gemma4(sizes) {
  const { embedding, layers, headDim, vocabulary } = sizes
  const { localHeadDim, window, interval, inputs, shared } = sizes
  const isLocal = (/** @type {number} */ layer) => (layer + 1) % interval !== 0
  return {
    entries: [
      ['attention.key_length_swa', 'u32', localHeadDim],
      ['attention.value_length_swa', 'u32', localHeadDim],
      ['rope.dimension_count', 'u32', headDim],
      ['rope.dimension_count_swa', 'u32', localHeadDim],
      ['attention.sliding_window', 'u32', window],
      ['attention.sliding_window_pattern', 'bool[]', Array.from({ length: layers }, (_, i) => isLocal(i))],
      ['attention.shared_kv_layers', 'u32', shared],
      ['embedding_length_per_layer_input', 'u32', inputs],
    ],
    tensors: [
      ...modelForm(sizes),
      { name: 'rope_freqs.weight', content: 'one', shape: [headDim / 2] },
      { name: 'per_layer_token_embd.weight', content: 'few', shape: [inputs * layers, vocabulary] },
      { name: 'per_layer_model_proj.weight', content: 'few', shape: [embedding, inputs * layers] },
      { name: 'per_layer_proj_norm.weight', content: 'one', shape: [inputs] },
      ...Array.from({ length: layers }, (_, i) => {
        const layer = layerForm(i)
        const important = contentOf(i, layers)
        const dim = isLocal(i) ? localHeadDim : headDim
        return [
          ...layer.norms(
            ['attn_norm', 'post_attention_norm', 'ffn_norm', 'post_ffw_norm', 'post_norm'],
            embedding,
          ),
          ...layer.norms(['attn_q_norm', 'attn_k_norm'], dim),
          ...layer.attention({ ...sizes, headDim: dim }, important),
          ...layer.gated(sizes, important),
          layer.weight('inp_gate', 'few', embedding, inputs),
          layer.weight('proj', 'few', inputs, embedding),
        ]
      }).flat(),
    ],
  }
}
