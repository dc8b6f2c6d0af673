import { fail, MODEL_INVALID, UNSUPPORTED_ARCHITECTURE } from './failure'
import { Metadata } from './Metadata'

/** The shape of a model of the llama architecture. */
export class Hyperparameters {
  /** Transformer blocks. */
  readonly layers: i32
  /** Values of a hidden state. */
  readonly width: i32
  /** Query heads. */
  readonly heads: i32
  /** Key-value heads: each serves `heads / kvHeads` query heads (GQA, Ainslie et al. 2023). */
  readonly kvHeads: i32
  /** Values of a head. */
  readonly headSize: i32
  /** Width of the feed-forward network. */
  readonly feedForward: i32
  /** Token ids that there are. */
  readonly vocabulary: i32
  /** Added under the root of the RMS norm. */
  readonly epsilon: f32
  /** Values of a head that RoPE rotates, from its beginning. */
  readonly rotated: i32
  /** The base of RoPE's frequencies. */
  readonly ropeBase: f64
  /** The token that ends a text; -1 if the file names none. */
  readonly endOfText: i32

  /** Reads them from a model's metadata. */
  constructor(model: i32) {
    const metadata = new Metadata(model)
    if (metadata.text('general.architecture') != 'llama') fail(UNSUPPORTED_ARCHITECTURE)
    // Frequencies that are scaled for longer contexts are not for this example.
    const scaling = metadata.text('llama.rope.scaling.type')
    if (scaling != '' && scaling != 'none') fail(UNSUPPORTED_ARCHITECTURE)

    this.layers = metadata.count('llama.block_count')
    this.width = metadata.count('llama.embedding_length')
    this.heads = metadata.count('llama.attention.head_count')
    this.kvHeads = <i32>metadata.number('llama.attention.head_count_kv', this.heads)
    this.headSize = <i32>metadata.number('llama.attention.key_length', this.width / this.heads)
    this.feedForward = metadata.count('llama.feed_forward_length')
    this.vocabulary = metadata.count('llama.vocab_size')
    this.epsilon = <f32>metadata.number('llama.attention.layer_norm_rms_epsilon', 0)
    this.rotated = <i32>metadata.number('llama.rope.dimension_count', this.headSize)
    this.ropeBase = metadata.number('llama.rope.freq_base', 10000)
    this.endOfText = <i32>metadata.number('tokenizer.ggml.eos_token_id', -1)
    if (this.kvHeads < 1 || this.heads % this.kvHeads != 0) fail(MODEL_INVALID)
    if (this.rotated > this.headSize || this.rotated % 2 != 0) fail(MODEL_INVALID)
  }

  /** Width of a token's queries. */
  get queryWidth(): i32 {
    return this.heads * this.headSize
  }

  /** Width of a token's keys, and of its values. */
  get kvWidth(): i32 {
    return this.kvHeads * this.headSize
  }
}
