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
 * OLMo 2 (OLMo Team 2024) and OLMo 3: no norms before the parts, but behind them, and of all
 * queries and all keys of a token. OLMo 3 has three layers with a window to one that sees
 * everything; RoPE is scaled in that one alone.
 */
final class Olmo2 implements Architecture {
  private static final int PERIOD = 4;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope global = RopeKeys.read(h, w, Pairing.HALVES);
    Rope local = RopeKeys.unscaled(h, RopeKeys.base(h, "rope.freq_base", 10000), Pairing.HALVES);
    int window = h.count("attention.sliding_window", 1 << 30, AttentionShape.ALL);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      boolean seesAll = window == AttentionShape.ALL || l % PERIOD == PERIOD - 1;
      Norm qNorm = b.rms("attn_q_norm", shape.queryWidth());
      Norm kNorm = b.rms("attn_k_norm", shape.kvWidth());
      blocks.add(
          new Block.PreNorm(
              Norm.NONE,
              seesAll
                  ? b.attention(shape, global, qNorm, kNorm)
                  : b.attention(shape.window(window), local, qNorm, kNorm),
              b.rms("post_attention_norm"),
              Norm.NONE,
              b.gated(Activation.SILU),
              b.rms("post_ffw_norm"),
              1));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
