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
 * Gemma 3 (Gemma Team 2025): five layers with a window to one that sees everything, each kind with
 * its own base of RoPE; normed heads; norms on both sides of each part.
 */
final class Gemma3 implements Architecture {
  /** The largest one divides scores by the root of width / heads, which is not its head's size. */
  private static final int LAYERS_OF_27B = 62;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    int window = h.count("attention.sliding_window", 1 << 30, AttentionShape.ALL);
    int period = h.count("attention.sliding_window_pattern", 4096, 6);
    Rope global = RopeKeys.read(h, w, Pairing.HALVES);
    Rope local =
        RopeKeys.unscaled(h, RopeKeys.base(h, "rope.freq_base_swa", 10000), Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      if (h.layers() == LAYERS_OF_27B) {
        shape = shape.scale((float) (1 / Math.sqrt(h.width() / (double) shape.heads())));
      }
      boolean seesAll = window == AttentionShape.ALL || l % period == period - 1;
      Norm qNorm = b.rms("attn_q_norm", shape.headDim());
      Norm kNorm = b.rms("attn_k_norm", shape.headDim());
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              seesAll
                  ? b.attention(shape, global, qNorm, kNorm)
                  : b.attention(shape.window(window), local, qNorm, kNorm),
              b.rms("post_attention_norm"),
              b.rms("ffn_norm"),
              b.gated(Activation.GELU),
              b.rms("post_ffw_norm"),
              1));
    }
    double cap = h.positive("final_logit_softcapping", Double.POSITIVE_INFINITY);
    return new Network.Decoder(
        w.embedding(Math.sqrt(h.width())), blocks, w.output(w.rms("output_norm"), 1, cap));
  }
}
