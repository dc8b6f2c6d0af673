package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * EXAONE 4 (LG AI Research 2025): norms behind the parts alone, and normed heads. The largest one
 * has three layers with a window to one that sees everything, and that one knows no positions.
 */
final class Exaone4 implements Architecture {
  private static final int PERIOD = 4;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    int window = h.count("attention.sliding_window", 1 << 30, AttentionShape.ALL);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      Positions positions = rope;
      if (window != AttentionShape.ALL && l % PERIOD == PERIOD - 1) {
        positions = Positions.NONE;
      } else if (window != AttentionShape.ALL) {
        shape = shape.window(window);
      }
      Norm qNorm = b.rms("attn_q_norm", shape.headDim());
      Norm kNorm = b.rms("attn_k_norm", shape.headDim());
      blocks.add(
          new Block.PreNorm(
              Norm.NONE,
              b.attention(shape, positions, qNorm, kNorm),
              b.rms("post_attention_norm"),
              Norm.NONE,
              b.gated(Activation.SILU),
              b.rms("post_ffw_norm"),
              1));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
