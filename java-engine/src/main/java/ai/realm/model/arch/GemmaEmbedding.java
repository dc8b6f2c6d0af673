package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * EmbeddingGemma (Vera et al. 2025): Gemma 3 whose tokens see those after them too. Of six layers,
 * five see half a window on each side; a pooled state goes through one linear layer or two.
 */
final class GemmaEmbedding implements Architecture {
  private static final int PERIOD = 6;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope global = RopeKeys.read(h, w, Pairing.HALVES);
    Rope local =
        RopeKeys.unscaled(h, RopeKeys.base(h, "rope.freq_base_swa", 10000), Pairing.HALVES);
    int window = h.count("attention.sliding_window", 1 << 30);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      boolean seesAll = l % PERIOD == PERIOD - 1;
      AttentionShape shape = h.attention(l);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(
                  seesAll ? shape.bothWays() : shape.around(window / 2),
                  seesAll ? global : local,
                  b.rms("attn_q_norm", shape.headDim()),
                  b.rms("attn_k_norm", shape.headDim())),
              b.rms("post_attention_norm"),
              b.rms("ffn_norm"),
              b.gated(Activation.GELU),
              b.rms("post_ffw_norm"),
              1));
    }
    return new Network.Encoder(
        w.embedding(Math.sqrt(h.width())), blocks, w.rms("output_norm"), projections(h, w));
  }

  private static List<Linear> projections(Hyperparameters h, WeightSource w) {
    List<Linear> projections = new ArrayList<>();
    int width = h.width();
    for (String part : List.of("dense_2", "dense_3")) {
      if (w.has(part + ".weight")) {
        int out = (int) Math.min(w.tensorOf(part + ".weight").rows(), Integer.MAX_VALUE);
        projections.add(w.linear(part, out, width));
        width = out;
      }
    }
    return projections;
  }
}
