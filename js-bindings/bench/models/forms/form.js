/**
 * A tensor of a generated model.
 *
 * @typedef {object} TensorForm
 * @property {string} name
 * @property {Content} content
 * @property {readonly number[]} shape the fastest varying dimension comes first
 *
 * What a tensor holds. Weights: `few` bits, as most have; `more`, where they matter most; `expert`, those of experts. Floats:
 * `one`, as norms are; `drawn`, small and of both signs; `negative`, as what makes a state decay.
 * @typedef {'few' | 'more' | 'expert' | 'one' | 'drawn' | 'negative'} Content
 *
 * @typedef {readonly [key: string, type: string, value: any]} Entry a key of the architecture's own, without its name
 */

/**
 * What every decoder has.
 *
 * @typedef {object} Sizes
 * @property {string} architecture as `general.architecture` has it
 * @property {number} embedding values of a token; a multiple of 32
 * @property {number} layers
 * @property {number} feedForward values between the matrices of a feed-forward part, or of an expert; a multiple of 32
 * @property {number} heads
 * @property {number} kvHeads
 * @property {number} headDim values of a head
 * @property {number} vocabulary at least 259
 * @property {boolean} tied whether the output's matrix is the embedding's
 * @property {readonly Entry[]} entries keys that do not follow from the sizes
 */

/**
 * A layer's tensors by their short names: `weights('attn_q', 'few', 1024, 512)` is its `attn_q.weight`.
 *
 * @param {number} layer
 */
export function layerForm(layer) {
  const tensor = (
    /** @type {string} */ name,
    /** @type {Content} */ content,
    /** @type {readonly number[]} */ shape,
  ) => ({ name: `blk.${layer}.${name}`, content, shape })
  /** @returns {TensorForm} */
  const weight = (
    /** @type {string} */ name,
    /** @type {Content} */ content,
    /** @type {number[]} */ ...shape
  ) => tensor(`${name}.weight`, content, shape)
  return {
    weight,
    /** @returns {TensorForm} */
    bias: (/** @type {string} */ name, /** @type {number[]} */ ...shape) =>
      tensor(`${name}.bias`, 'drawn', shape),
    /** @returns {TensorForm[]} */
    norms: (/** @type {readonly string[]} */ names, /** @type {number} */ size) =>
      names.map((name) => tensor(`${name}.weight`, 'one', [size])),
    /**
     * The projections of attention, `queries` times as wide for queries as heads are: gates are among them.
     *
     * @returns {TensorForm[]}
     */
    attention: (
      /** @type {Pick<Sizes, 'embedding' | 'heads' | 'kvHeads' | 'headDim'>} */ sizes,
      /** @type {Content} */ important,
      queries = 1,
    ) => {
      const { embedding, heads, kvHeads, headDim } = sizes
      return [
        weight('attn_q', 'few', embedding, queries * heads * headDim),
        weight('attn_k', 'few', embedding, kvHeads * headDim),
        weight('attn_v', important, embedding, kvHeads * headDim),
        weight('attn_output', 'few', heads * headDim, embedding),
      ]
    },
    /**
     * A gated feed-forward part.
     *
     * @returns {TensorForm[]}
     */
    gated: (
      /** @type {Pick<Sizes, 'embedding' | 'feedForward'>} */ { embedding, feedForward },
      /** @type {Content} */ important,
    ) => [
      weight('ffn_gate', 'few', embedding, feedForward),
      weight('ffn_up', 'few', embedding, feedForward),
      weight('ffn_down', important, feedForward, embedding),
    ],
    /** @returns {TensorForm} */
    plain: (/** @type {string} */ name, /** @type {Content} */ content, /** @type {number[]} */ ...shape) =>
      tensor(name, content, shape),
  }
}

/**
 * The content of the values and down-projections of a layer: llama.cpp gives more bits to the first and last eighth of the
 * layers, and to every third between them.
 *
 * @param {number} layer
 * @param {number} layers
 * @returns {'few' | 'more'}
 */
export function contentOf(layer, layers) {
  const eighth = Math.floor(layers / 8)
  const matters = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2
  return matters ? 'more' : 'few'
}

/**
 * The tensors of every decoder that stand before its layers.
 *
 * @param {Sizes} sizes
 * @param {string} [outputNorm]
 * @returns {TensorForm[]}
 */
export function modelForm({ embedding, vocabulary, tied }, outputNorm = 'output_norm') {
  const matrix = [embedding, vocabulary]
  return [
    { name: 'token_embd.weight', content: tied ? 'more' : 'few', shape: matrix },
    { name: `${outputNorm}.weight`, content: 'one', shape: [embedding] },
    ...(tied ? [] : [{ name: 'output.weight', content: /** @type {Content} */ ('more'), shape: matrix }]),
  ]
}
