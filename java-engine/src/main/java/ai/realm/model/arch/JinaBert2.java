package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import java.util.ArrayList;
import java.util.List;

/**
 * Jina Embeddings 2 (Guenther et al. 2023): BERT with gated GELU, whose positions are slopes on
 * both sides. The form for code norms queries and keys, adds a layer's input a second time, and has
 * gate and up in one matrix.
 */
final class JinaBert2 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l).bothWays();
      Mixer attention =
          b.attention(
              shape.slopes(slopes(shape.heads())),
              Positions.NONE,
              normIfAny(b, "attn_q_norm", shape.queryWidth()),
              normIfAny(b, "attn_k_norm", shape.kvWidth()));
      Norm norm = b.layerNorm("attn_output_norm");
      FeedForward gated =
          b.has("ffn_gate.weight") ? b.gated(Activation.GELU) : b.fusedGated(Activation.GELU);
      Norm outputNorm = b.layerNorm("layer_output_norm");
      blocks.add(
          b.has("attn_norm_2.weight")
              ? new Block.TwicePostNorm(
                  attention, norm, b.layerNorm("attn_norm_2"), gated, outputNorm)
              : new Block.PostNorm(attention, norm, gated, outputNorm));
    }
    return new Network.Encoder(w.bertEmbedding(false), blocks, Norm.NONE, List.of());
  }

  private static Norm normIfAny(LayerSource b, String part, int n) {
    return b.has(part + ".weight") ? b.layerNorm(part, n) : Norm.NONE;
  }

  /**
   * The slopes of ALiBi (Press et al. 2022): head i of a power of two has {@code 2^(-8 (i + 1) /
   * n)}; heads beyond the last power of two have every other slope of twice as many.
   */
  private static float[] slopes(int heads) {
    int n = Integer.highestOneBit(heads);
    float[] slopes = new float[heads];
    for (int i = 0; i < heads; i++) {
      double part = i < n ? (i + 1.0) / n : (2.0 * (i - n) + 1) / (2.0 * n);
      slopes[i] = (float) Math.pow(2, -8 * part);
    }
    return slopes;
  }
}
