package ai.realm.model;

import ai.realm.kernels.Matrix;

/**
 * The weights of a transformer.
 *
 * @param embedding {@code token_embd.weight}
 * @param layers the blocks
 * @param outputNorm {@code output_norm.weight (embedding)}
 * @param output {@code output.weight (vocabulary, embedding)}; {@code token_embd.weight} where the
 *     file ties them
 */
record TransformerWeights(
    EmbeddingTable embedding, Layer[] layers, float[] outputNorm, Matrix output) {

  /**
   * One block.
   *
   * @param attnNorm {@code blk.N.attn_norm.weight (embedding)}
   * @param attnQ {@code blk.N.attn_q.weight (heads * head_dim, embedding)}
   * @param attnK {@code blk.N.attn_k.weight (kv_heads * head_dim, embedding)}
   * @param attnV {@code blk.N.attn_v.weight (kv_heads * head_dim, embedding)}
   * @param attnOutput {@code blk.N.attn_output.weight (embedding, heads * head_dim)}
   * @param ffnNorm {@code blk.N.ffn_norm.weight (embedding)}
   * @param ffnGate {@code blk.N.ffn_gate.weight (feed_forward, embedding)}
   * @param ffnUp {@code blk.N.ffn_up.weight (feed_forward, embedding)}
   * @param ffnDown {@code blk.N.ffn_down.weight (embedding, feed_forward)}
   */
  record Layer(
      float[] attnNorm,
      Matrix attnQ,
      Matrix attnK,
      Matrix attnV,
      Matrix attnOutput,
      float[] ffnNorm,
      Matrix ffnGate,
      Matrix ffnUp,
      Matrix ffnDown) {}

  static TransformerWeights of(TensorSource source, ModelConfig c, int vocabulary) {
    Layer[] layers = new Layer[c.layers()];
    for (int i = 0; i < layers.length; i++) {
      String blk = "blk." + i + ".";
      layers[i] =
          new Layer(
              source.vector(blk + "attn_norm.weight", c.embedding()),
              source.matrix(blk + "attn_q.weight", c.queryWidth(), c.embedding()),
              source.matrix(blk + "attn_k.weight", c.kvWidth(), c.embedding()),
              source.matrix(blk + "attn_v.weight", c.kvWidth(), c.embedding()),
              source.matrix(blk + "attn_output.weight", c.embedding(), c.queryWidth()),
              source.vector(blk + "ffn_norm.weight", c.embedding()),
              source.matrix(blk + "ffn_gate.weight", c.feedForward(), c.embedding()),
              source.matrix(blk + "ffn_up.weight", c.feedForward(), c.embedding()),
              source.matrix(blk + "ffn_down.weight", c.embedding(), c.feedForward()));
      source.ignore(blk + "attn_rot_embd"); // Old converters left it in: RoPE is computed here.
    }
    String output = source.has("output.weight") ? "output.weight" : "token_embd.weight";
    return new TransformerWeights(
        new EmbeddingTable(source.tensor("token_embd.weight", c.embedding(), vocabulary)),
        layers,
        source.vector("output_norm.weight", c.embedding()),
        source.matrix(output, vocabulary, c.embedding()));
  }
}
