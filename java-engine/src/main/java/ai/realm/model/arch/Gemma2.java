package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Gemma 2 (Gemma Team 2024): norms on both sides of each part, capped scores and logits, and a
 * window in every other layer, the first among them. The files' norms hold the 1 that is added.
 */
final class Gemma2 implements Architecture {
  /** The largest one divides scores by the root of width / heads, which is not its head's size. */
  private static final int LAYERS_OF_27B = 46;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    int window = h.count("attention.sliding_window", 1 << 30, 4096);
    float cap = (float) h.positive("attn_logit_softcapping", 50);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l).softcap(cap);
      if (h.layers() == LAYERS_OF_27B) {
        shape = shape.scale((float) (1 / Math.sqrt(h.width() / (double) shape.heads())));
      }
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(l % 2 == 0 ? shape.window(window) : shape, rope),
              b.rms("post_attention_norm"),
              b.rms("ffn_norm"),
              b.gated(Activation.GELU),
              b.rms("post_ffw_norm"),
              1));
    }
    return new Network.Decoder(
        w.embedding(Math.sqrt(h.width())),
        blocks,
        w.output(w.rms("output_norm"), 1, h.positive("final_logit_softcapping", 30)));
  }
}
