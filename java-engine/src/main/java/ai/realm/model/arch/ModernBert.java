package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * ModernBERT (Warner et al. 2024): norms before the parts, and none before the first; of three
 * layers one sees all, the others half a window on each side, with a base of RoPE of their own.
 * GELU is that with tanh, as files in GGUF are computed.
 */
final class ModernBert implements Architecture {
  private static final int PERIOD = 3;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope global = RopeKeys.read(h, w, Pairing.HALVES);
    Rope local =
        RopeKeys.unscaled(h, RopeKeys.base(h, "rope.freq_base_swa", 10000), Pairing.HALVES);
    int window = h.count("attention.sliding_window", 1 << 30);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      blocks.add(
          new Block.PreNorm(
              l == 0 ? Norm.NONE : b.layerNorm("attn_norm"),
              l % PERIOD == 0
                  ? b.fusedAttention(shape.bothWays(), global)
                  : b.fusedAttention(shape.around(window / 2), local),
              b.layerNorm("ffn_norm"),
              b.fusedGated(Activation.GELU)));
    }
    Norm norm = w.layerNorm("output_norm", h.width());
    return new Network.Encoder(w.bertEmbedding(false), blocks, norm, List.of());
  }
}
